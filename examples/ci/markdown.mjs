// Whatever comes from stack files and hosts stands in code of Markdown's, where no link, heading, mention, picture or HTML is one.

const mostInline = 300;
const mostBlock = 2_000;

// biome-ignore lint/suspicious/noControlCharactersInRegex: escape sequences begin with one
const colours = /\u001b\[[0-9;?]*[A-Za-z]/g;
/** Signs without a shape of their own, and those that turn the direction of a line. */
const unseen = /(?!\n)[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu;

/**
 * No more of a text than could be shown is looked at, whatever its length.
 * @param {string} text
 * @param {number} most
 */
const visible = (text, most) =>
  text
    .slice(0, 4 * most)
    .replaceAll("\r\n", "\n")
    .replace(colours, "")
    .replaceAll("\t", "  ")
    .replace(unseen, (sign) => `\\u${(sign.codePointAt(0) ?? 0).toString(16).padStart(4, "0")}`);

/**
 * @param {string} text
 * @param {number} most
 */
const cut = (text, most) => (text.length <= most ? text : `${text.slice(0, most)} …`);

/**
 * Backquotes that no run of them in the text can close.
 * @param {string} text
 * @param {number} least
 */
function quotesAround(text, least) {
  const longest = Math.max(0, ...[...text.matchAll(/`+/g)].map(([run]) => run.length));
  return "`".repeat(Math.max(least, longest + 1));
}

/**
 * A word or a line from outside, within a line.
 * @param {string} text
 */
export function inline(text) {
  const line = cut(visible(text, mostInline).replace(/\s+/g, " ").trim(), mostInline);
  const quotes = quotesAround(line, 1);
  // One that begins or ends with a backquote needs a space there, which Markdown takes away again; an empty one is none.
  const gap = line === "" || line.startsWith("`") || line.endsWith("`") ? " " : "";
  return `${quotes}${gap}${line}${gap}${quotes}`;
}

/**
 * Lines from outside, as they are.
 * @param {string} text
 */
export function block(text) {
  const lines = cut(visible(text, mostBlock).trim(), mostBlock);
  const quotes = quotesAround(lines, 3);
  return `${quotes}text\n${lines}\n${quotes}`;
}

/**
 * As many of the parts as fit, from the first one on, and how many did not.
 * @param {readonly string[]} parts
 * @param {number} most signs in all
 * @param {string} where the rest can be read
 */
export function fitting(parts, most, where) {
  const last = (/** @type {number} */ left) =>
    `_${left} more ${left === 1 ? "part does" : "parts do"} not fit here: ${where}_`;
  const room = most - last(parts.length).length - 2;
  const kept = [];
  let length = 0;
  for (const part of parts) {
    length += part.length + 2;
    if (length > room) break;
    kept.push(part);
  }
  const left = parts.length - kept.length;
  return `${[...kept, ...(left === 0 ? [] : [last(left)])].join("\n\n")}\n`;
}
