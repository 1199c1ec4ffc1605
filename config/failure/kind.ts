/**
 * What a failure means for whoever called, and so the exit status:
 * - `refused`: the program could have gone on and would not, because something is in the way that a person has to decide.
 * - `unreachable`: a host or service does not answer, so nothing is known about it.
 * - `badInput`: what the user wrote cannot be meant.
 * - `failed`: it was tried and did not work.
 */
export type FailureKind = "refused" | "unreachable" | "failed" | "badInput";

/** A kind behind a text. A text without one tells of something that failed, no more. */
const MARK = / ?\[proxmox-ha: (refused|unreachable|badInput)\]/g;

/**
 * Pulumi hands on the text of an error and nothing else of it, so its kind travels as a mark behind the text: data for the command
 * line, and a word that explains itself to whoever runs plain `pulumi up`.
 */
export function marked(text: string, kind: FailureKind): string {
  return kind === "failed" ? text : `${text} [proxmox-ha: ${kind}]`;
}

/** The kinds of all failures that a text of the engine tells of. */
export function kindsIn(text: string): FailureKind[] {
  return [...text.matchAll(MARK)].flatMap(([, kind]) =>
    kind === "refused" || kind === "unreachable" || kind === "badInput" ? [kind] : [],
  );
}

/** For whoever shows kinds in another way, and for words of others, which must not pass for a mark. */
export function unmarked(text: string): string {
  return text.replace(MARK, "");
}
