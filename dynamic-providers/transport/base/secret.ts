import { inspect } from "node:util";

const SHORTEST_MASKED = 4;
const MASK = "[secret]";

/** Values that were handed out in this process, so that traces and errors can be cleaned of them. */
const known = new Set<string>();

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

/** Takes every known secret, also in the encodings in which it travels, out of a text. */
export function maskSecrets(text: string): string {
  let masked = text;
  for (const value of known) {
    if (masked.includes(value)) {
      masked = masked.replaceAll(value, MASK);
    }
  }
  return masked;
}

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
    known.add(form);
  }
}
