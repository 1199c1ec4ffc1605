/**
 * Rules that no linter of ours knows, as what must not stand in a file of this repository.
 * @typedef {{ name: string, files: RegExp, pattern: RegExp, instead: string }} HouseRule
 */

const sources = /\.(ts|mts|cts|mjs|cjs|js|py|go|sh)$/;
const scripts = /\.(ts|mts|cts|mjs|cjs)$/;

/** @type {HouseRule[]} */
export const houseRules = [
  {
    name: "unfinished",
    files: sources,
    // Spelt in two halves so that the rule does not find itself.
    pattern: new RegExp(`\\b(${["TO" + "DO", "FIX" + "ME", "XX" + "X"].join("|")})\\b`),
    instead: "finish it, or open an issue",
  },
  {
    name: "unchecked",
    files: scripts,
    pattern: new RegExp(`${"@ts-"}(ignore|expect-error|nocheck)|\\bas ${"any"}\\b`),
    instead: "narrow the type",
  },
  {
    name: "test left out",
    files: /\.test\.m?ts$/,
    pattern: /\b(describe|it|test)\.(only|skip|todo)\b/,
    instead: "run every test; a test for one kind of machine uses runIf with the reason",
  },
  {
    name: "silence read as fact",
    files:
      /^(dynamic-providers\/(?!transport\/|shell\/shell\.ts$)|automation\/(status|doctor|hosts|fence|drill)\/).*\.ts$/,
    pattern: /(?<!process|child)\.stdout\b|\{[^}]*\bstdout\b[^}]*\} = /,
    instead:
      "ask with look(), or take what expectSuccess() returns: both know whether the script ended well",
  },
  {
    name: "pvesh by hand",
    files: /^(?!tests\/|twin\/|dynamic-providers\/transport\/pvesh\/).*\.(ts|mts|cts|mjs|cjs)$/,
    // Advice in a sentence names a command between backquotes behind a word; a template literal stands behind none but `return`.
    pattern:
      /["']pvesh["']|[[(=] ?`pvesh`|(?<!(?<=[a-z])(?<!\breturn) `)\bpvesh (get|set|create|delete|ls|usage)\b/,
    instead:
      "take a part from transport/pvesh: it knows the path, the end of the answer and its shape",
  },
  {
    name: "package registry",
    files: /./,
    pattern: /https?:\/\/(deb|registry|proxy|files|sum|security|index)\.[a-z]/,
    instead: "leave the choice of a registry to the machine",
  },
];

/**
 * @param {string} file its path from the repository's root
 * @param {string} text
 * @returns {string[]} findings
 */
export function brokenHouseRules(file, text) {
  const rules = houseRules.filter((rule) => rule.files.test(file));
  return text
    .split("\n")
    .flatMap((line, index) =>
      rules
        .filter((rule) => rule.pattern.test(line))
        .map((rule) => `${file}:${index + 1}: ${rule.name}: ${line.trim()}\n    ${rule.instead}`),
    );
}
