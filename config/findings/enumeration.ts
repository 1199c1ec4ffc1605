/** `a`, `a and b`, `a, b and c`. */
export function list(words: readonly string[], joint = "and"): string {
  if (words.length < 2) {
    return words[0] ?? "";
  }
  return `${words.slice(0, -1).join(", ")} ${joint} ${words.at(-1)}`;
}
