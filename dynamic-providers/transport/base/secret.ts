import { inspect } from "node:util";
import { hideText } from "../../../config/failure/hidden-text.js";

const SHORTEST_MASKED = 4;
const MASK = "[secret]";

/**
 * A value that cannot be printed, serialised or concatenated by mistake. `reveal` is the only way to it, so that a
 * search for that word finds every place where a secret is used.
 */
export class Secret {
  readonly #value: string;

  constructor(value: string) {
    this.#value = value;
    remember(value);
  }

  reveal(): string {
    return this.#value;
  }

  toString(): string {
    return MASK;
  }

  toJSON(): string {
    return MASK;
  }

  [Symbol.toPrimitive](): string {
    return MASK;
  }

  [inspect.custom](): string {
    return MASK;
  }
}

/** Traces and errors are cleaned of it, also in the encodings in which it travels. */
function remember(value: string): void {
  // Shorter values would tear holes into ordinary words and hide nothing.
  if (value.trim().length < SHORTEST_MASKED) {
    return;
  }
  const forms = [
    value,
    value.trim(),
    encodeURIComponent(value),
    Buffer.from(value).toString("base64"),
    // Errors quote single lines of a key.
    ...(value.includes("\n") ? value.split("\n").filter((line) => line.length > 20) : []),
  ];
  for (const form of forms) {
    hideText(form);
  }
}
