import { rmSync } from "node:fs";

/** Something that a test file has begun; a text is a folder. */
type Begun = { down(): Promise<void> } | { close(): void } | string | undefined;

/**
 * Ends what a test file has begun, one after the other and whatever became of those before, also what never came to be because
 * its start failed. The next file finds no stack file of this one. The first error is thrown at the end.
 */
export async function closeAll(...begun: readonly Begun[]): Promise<void> {
  const errors: unknown[] = [];
  for (const one of begun) {
    try {
      await ended(one);
    } catch (error) {
      errors.push(error);
    }
  }
  delete process.env.PROXMOX_HA_PROJECT;
  if (errors.length > 0) {
    throw errors[0];
  }
}

function ended(one: Begun): Promise<void> | void {
  if (one === undefined) {
    return;
  }
  if (typeof one === "string") {
    rmSync(one, { recursive: true, force: true });
    return;
  }
  return "down" in one ? one.down() : one.close();
}
