/** Quotes one word for a POSIX shell. The only place where that is done. */
export function quote(word: string): string {
  return /^[A-Za-z0-9_@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;
}

/** A command line of separate words. */
export function command(...words: readonly string[]): string {
  return words.map(quote).join(" ");
}
