import { readFileSync } from "node:fs";
import type { Running } from "../../twin/testing/index.js";
import { treeOf } from "../../twin/testing/index.js";

const EVERY_MS = 500;

/** The most that a process and all that it started held at once, in MB; pages that several share are counted once. */
export async function peakMemoryMb({ pid, finished }: Running): Promise<number> {
  let peak = 0;
  const timer = setInterval(() => {
    const held = treeOf(pid).reduce((sum, one) => sum + proportionalKb(one), 0);
    peak = Math.max(peak, held);
  }, EVERY_MS);
  await finished.finally(() => clearInterval(timer));
  return Math.round(peak / 1024);
}

function proportionalKb(pid: number): number {
  try {
    return Number(
      /^Pss: +(\d+)/m.exec(readFileSync(`/proc/${pid}/smaps_rollup`, "utf8"))?.[1] ?? 0,
    );
  } catch {
    // It has ended since the tree was read.
    return 0;
  }
}
