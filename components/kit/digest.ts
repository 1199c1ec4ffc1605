import { createHash } from "node:crypto";

/** Stands in a state for something too long to be kept there: another one has another digest. */
export function digestOf(what: unknown): string {
  return digestOfText(JSON.stringify(what));
}

export function digestOfText(text: string): string {
  return createHash("sha256").update(text).digest("hex");
}
