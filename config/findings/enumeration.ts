/** `a`, `a and b`, `a, b and c`. */
export function list(words: readonly string[], joint = "and"): string {
  if (words.length < 2) {
    return words[0] ?? "";
  }
  return `${words.slice(0, -1).join(", ")} ${joint} ${words.at(-1)}`;
}

/** The first of them, and how many more there are. */
export function few(words: readonly string[], most: number): string {
  const more = words.length - most;
  return `${words.slice(0, most).join(", ")}${more > 0 ? ` and ${more} more` : ""}`;
}
