import { hostname } from "node:os";
import { z } from "zod";
import { type Kept, keep, keptIn } from "./folder.js";

const upgrade = z.object({
  version: z.literal(1),
  stack: z.string(),
  on: z.string(),
  endedAt: z.iso.datetime(),
  node: z.string(),
  seconds: z.number(),
  isRestarted: z.boolean(),
  packages: z.number(),
});
/** How one node was upgraded, as it was written down when it was back in service. */
export type PastUpgrade = z.output<typeof upgrade>;
export type UpgradedNode = Pick<PastUpgrade, "node" | "seconds" | "isRestarted" | "packages">;

export function keepUpgrade(
  stackFolder: string,
  stack: string,
  ended: UpgradedNode,
  say: (line: string) => void,
): void {
  const endedAt = new Date().toISOString();
  const entry: PastUpgrade = { version: 1, stack, on: hostname(), endedAt, ...ended };
  keep(stackFolder, { kind: "upgrades", at: endedAt, entry }, say);
}

export function pastUpgrades(stackFolder: string, most: number): Kept<PastUpgrade> {
  return keptIn(stackFolder, "upgrades", upgrade, most);
}
