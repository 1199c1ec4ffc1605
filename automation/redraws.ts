/** Whether what was written there can be drawn over: a log keeps every sign, and so does a terminal that says it is a dumb one. */
export function redraws(
  { isTTY }: { readonly isTTY?: boolean },
  { TERM }: NodeJS.ProcessEnv = process.env,
): boolean {
  return isTTY === true && TERM !== "dumb";
}
