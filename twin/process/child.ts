import type { ChildProcess } from "node:child_process";

/** Runs a command that the kernel ends with this process, however that ends. */
export const withParent: readonly string[] = ["--pdeathsig", "KILL"];

/** Ends a process of ours and waits for its end; with grace it is asked first. One that has ended is none. */
export async function endChild(child: ChildProcess | undefined, graceMs = 0): Promise<void> {
  if (child === undefined || child.exitCode !== null || child.signalCode !== null) return;
  const gone = new Promise<void>((resolve) => child.once("exit", () => resolve()));
  child.kill(graceMs > 0 ? "SIGTERM" : "SIGKILL");
  const hard = graceMs > 0 ? setTimeout(() => child.kill("SIGKILL"), graceMs) : undefined;
  await gone;
  clearTimeout(hard);
}
