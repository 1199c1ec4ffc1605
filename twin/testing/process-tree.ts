import { readdirSync, readFileSync } from "node:fs";

/** A process and everything that it started, as the kernel knows them now. */
export function treeOf(root: number): number[] {
  const parents = new Map<number, number>();
  for (const entry of readdirSync("/proc")) {
    if (!/^\d+$/.test(entry)) {
      continue;
    }
    try {
      const stat = readFileSync(`/proc/${entry}/stat`, "utf8");
      // The name in brackets may hold anything, so fields are counted behind it: state, parent.
      const parent = stat.slice(stat.lastIndexOf(")") + 2).split(" ")[1];
      parents.set(Number(entry), Number(parent));
    } catch {
      // It has ended since the folder was read.
    }
  }
  const found = new Set([root]);
  for (let grown = true; grown; ) {
    grown = false;
    for (const [pid, parent] of parents) {
      if (found.has(parent) && !found.has(pid)) {
        found.add(pid);
        grown = true;
      }
    }
  }
  return [...found].filter((pid) => parents.has(pid));
}

/** Ends a process with all that it started, without a chance to tidy up; like a controller that loses its power. */
export function killTree(root: number): void {
  const pids = treeOf(root);
  // Nobody starts anything new while the others die.
  for (const signal of ["SIGSTOP", "SIGKILL"] as const) {
    for (const pid of [...new Set([...pids, ...treeOf(root)])]) {
      try {
        process.kill(pid, signal);
      } catch {
        // It has ended already.
      }
    }
  }
}
