const MASK = "[secret]";

/** Values that no text for people or files may show: what secrets were handed out as in this process. */
const hidden = new Set<string>();

/** From now on the value is masked in every failure and wherever texts are cleaned. */
export function hideText(value: string): void {
  hidden.add(value);
}

/** Takes everything that is hidden out of a text. */
export function maskSecrets(text: string): string {
  let masked = text;
  for (const value of hidden) {
    if (masked.includes(value)) {
      masked = masked.replaceAll(value, MASK);
    }
  }
  return masked;
}
