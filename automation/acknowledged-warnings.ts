export function amount(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? "" : "s"}`;
}

/** Warnings that are known are counted and not told. */
export function acknowledgedLine(count: number): string {
  return `${amount(count, "warning")} acknowledged in the stack file: not told.`;
}
