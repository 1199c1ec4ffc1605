/** A guest of a stack file is one more thing that is moved, counted or refused; tests of something else take it out of frege's. */
export function withoutGuests(text: string): string {
  const without = text.replace(/^ {4}guests:\n(?: {6}.*\n)+\n/m, "");
  if (without === text) {
    throw new Error("the stack file has no guests any more");
  }
  return without;
}
