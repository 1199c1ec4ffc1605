/** Ends a process at once; false when it has ended by itself. */
export function killNow(pid: number): boolean {
  try {
    process.kill(pid, "SIGKILL");
    return true;
  } catch {
    return false;
  }
}
