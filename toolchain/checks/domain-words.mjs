import { readFileSync } from "node:fs";

const list = new URL("domain-words.json", import.meta.url);
/** A shorter word is one letter away from too many innocent ones. */
const shortestChecked = 6;

/** @returns {string[]} */
export const domainWords = () => JSON.parse(readFileSync(list, "utf8"));

/**
 * Finds words that are one slip of the finger away from a domain word: a letter missing, added, replaced, or two
 * swapped. A dictionary can't tell those from names it doesn't know.
 * @param {string} text
 * @param {string[]} words
 * @returns {{ line: number, found: string, meant: string }[]}
 */
export function misspeltDomainWords(text, words) {
  const checked = words.filter((word) => word.length >= shortestChecked);
  const known = new Set(words);
  return text.split("\n").flatMap((line, index) =>
    (line.match(/[A-Z]?[a-z]{4,}/g) ?? []).flatMap((token) => {
      const found = token.toLowerCase();
      if (known.has(found)) return [];
      const meant = checked.find((word) => isOneSlipAway(found, word));
      return meant === undefined ? [] : [{ line: index + 1, found: token, meant }];
    }),
  );
}

/**
 * Forms of the same word (a longer or shorter ending) don't count.
 * @param {string} a
 * @param {string} b
 */
function isOneSlipAway(a, b) {
  if (Math.abs(a.length - b.length) > 1 || a.startsWith(b) || b.startsWith(a)) return false;
  let start = 0;
  while (start < a.length && a[start] === b[start]) start++;
  const [restA, restB] = [a.slice(start), b.slice(start)];
  const swapped = `${restA[1] ?? ""}${restA[0] ?? ""}${restA.slice(2)}`;
  return (
    restA.slice(1) === restB ||
    restA === restB.slice(1) ||
    restA.slice(1) === restB.slice(1) ||
    swapped === restB
  );
}
