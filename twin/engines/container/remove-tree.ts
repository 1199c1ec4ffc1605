import { readFile, rm } from "node:fs/promises";
import { attempt } from "../../process/run.js";

/** A mount on a mount is only seen once the upper one is gone. */
const ROUNDS = 5;

/**
 * Removes a folder with everything in it, and nothing else. A build that was killed leaves /dev, /proc and /sys of this machine mounted
 * in its root; what removes the folder with them removes the machine's own. So they go first, or the folder stays.
 */
export async function removeTree(folder: string): Promise<void> {
  for (let round = 0; round < ROUNDS; round += 1) {
    const mounted = await mountsBelow(folder);
    if (mounted.length === 0) {
      await rm(folder, { recursive: true, force: true });
      return;
    }
    for (const point of mounted) {
      await attempt(["umount", "--lazy", point], { timeoutMs: 10_000 });
    }
  }
  throw new Error(
    `${folder} is not removed: ${(await mountsBelow(folder)).join(", ")} cannot be unmounted. Unmount it, then remove the folder.`,
  );
}

async function mountsBelow(folder: string): Promise<string[]> {
  return mountPoints(await readFile("/proc/self/mountinfo", "utf8")).filter(
    (point) => point === folder || point.startsWith(`${folder}/`),
  );
}

/** Where something is mounted, the last one first. Blanks and the like stand there as octal numbers. */
export function mountPoints(mountinfo: string): string[] {
  return mountinfo
    .split("\n")
    .flatMap((line) => line.split(" ")[4] ?? [])
    .map((point) =>
      point.replace(/\\([0-7]{3})/g, (_, octal: string) =>
        String.fromCharCode(Number.parseInt(octal, 8)),
      ),
    )
    .reverse();
}
