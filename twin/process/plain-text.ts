const ESCAPE = "\u001b";
const SEQUENCES = new RegExp(
  [
    `${ESCAPE}\\[[0-?]*[ -/]*[@-~]`,
    `${ESCAPE}[\\]P][^\u0007${ESCAPE}]*(?:\u0007|${ESCAPE}\\\\)`,
    `${ESCAPE}.?`,
  ].join("|"),
  "g",
);

/** What was written for a terminal, without its colours and moves. */
export function plainText(text: string): string {
  return text.replaceAll(SEQUENCES, "").replaceAll("\r", "");
}
