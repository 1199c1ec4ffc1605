import { oddKey, oddValue } from "./plain-scalars.js";

/** A value in YAML's flow form, as it can be written into a stack file. */
export function flow(value: unknown): string {
  if (Array.isArray(value)) {
    return `[${value.map(flow).join(", ")}]`;
  }
  if (typeof value === "object" && value !== null) {
    const members = Object.entries(value).map(([key, inner]) => `${name(key)}: ${flow(inner)}`);
    return members.length === 0 ? "{}" : `{ ${members.join(", ")} }`;
  }
  return typeof value === "string" && (needsQuotes(value) || isOtherwise(value))
    ? JSON.stringify(value)
    : String(value);
}

function name(key: string): string {
  return needsQuotes(key) || oddKey(key) !== undefined ? JSON.stringify(key) : key;
}

/** Signs that begin or end something in YAML's flow form. */
function needsQuotes(text: string): boolean {
  return /^[-?:,[\]{}#&*!|>'"%@`\s]|[,[\]{}\n]|:(\s|$)|\s#|\s$|^$/.test(text);
}

/** A text that would be read as a number, a moment, true, false or null. */
function isOtherwise(text: string): boolean {
  return oddKey(text) !== undefined || oddValue(text) !== undefined;
}
