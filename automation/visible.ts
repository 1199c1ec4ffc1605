/** Signs that a terminal obeys instead of showing them: they come from files and hosts, and are shown as they are written. */
const OBEYED = /(?![\n\t])[\p{Cc}\p{Zl}\p{Zp}\u202A-\u202E\u2066-\u2069]/gu;

/** Text for a terminal, where nothing but line ends and tabs has an effect. */
export function visible(text: string): string {
  return text
    .replaceAll("\r\n", "\n")
    .replace(OBEYED, (sign) => `\\u${(sign.codePointAt(0) ?? 0).toString(16).padStart(4, "0")}`);
}
