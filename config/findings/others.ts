import { closest } from "./closest.js";

/** What a word may be that is none of those known: the one that was probably meant first, then all of them. */
export function othersThan(word: string, known: readonly string[]): string {
  if (known.length === 0) {
    return "There are none.";
  }
  const meant = closest(word, known);
  const all = known.length === 1 ? `There is ${known[0]}.` : `There are ${known.join(", ")}.`;
  return meant === undefined ? all : `Did you mean ${meant}? ${all}`;
}
