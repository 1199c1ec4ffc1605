const SECTION = / {4}ceph:\n(?: {6}.*\n)+\n?/;

/** A committed stack file without its Ceph, for tests in which its disks would cost half an hour and show nothing. */
export function withoutCeph(text: string): string {
  const rest = text.replace(SECTION, "");
  if (rest === text) {
    throw new Error("the stack file has no section ceph any more");
  }
  return rest;
}
