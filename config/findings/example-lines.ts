const WIDTH = 80;

/**
 * Calls that a person may copy, each with what it does: beside it where all fit on a terminal, above it otherwise. The last line is a call, where
 * a person looks first.
 */
export function exampleLines(
  examples: readonly (readonly [call: string, what: string])[],
): string[] {
  const longest = Math.max(...examples.map(([call]) => call.length));
  const table = examples.map(([call, what]) => `  ${call.padEnd(longest)}  ${what}`);
  const lines = table.every(({ length }) => length <= WIDTH)
    ? table
    : examples.flatMap(([call, what]) => [`  ${what}:`, `      ${call}`]);
  return [examples.length === 1 ? "Example:" : "Examples:", ...lines];
}
