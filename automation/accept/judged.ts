/** How a test ended. */
export const VERDICTS = [
  "passed",
  "failed",
  /** Asked for, and something stood against it; it counts against the cluster as a failed one does. */
  "not tried",
  /** Nobody asked for it in this run. */
  "not asked",
  /** The file has nothing of the kind. */
  "does not apply",
  /** The file has it, and this version makes nothing of it or has no test of it. */
  "not tested",
] as const;
export type Verdict = (typeof VERDICTS)[number];

/** Something that was measured, and what it was to be. */
export interface Figure {
  readonly what: string;
  readonly value: string;
  /** Absent where it is told and not judged. */
  readonly limit?: string;
}

export interface Judged {
  readonly verdict: Verdict;
  readonly figures: readonly Figure[];
  /** What is wrong, or why nothing was found out. */
  readonly why: readonly string[];
}

/** By what is wrong; nothing is not enough where nothing was measured either. */
export function judged(figures: readonly Figure[], wrong: readonly string[]): Judged {
  const why = figures.length === 0 && wrong.length === 0 ? ["nothing was measured"] : wrong;
  return { verdict: why.length === 0 ? "passed" : "failed", figures, why };
}

const unjudged =
  (verdict: Verdict) =>
  (why: string): Judged => ({ verdict, figures: [], why: [why] });

export const notTried = unjudged("not tried");
export const notAsked = unjudged("not asked");
export const doesNotApply = unjudged("does not apply");
export const notTested = unjudged("not tested");

/** A quantity against its limit. */
export function atMost(
  what: string,
  value: number,
  limit: number,
  shown: (value: number) => string,
): { readonly figure: Figure; readonly wrong: readonly string[] } {
  const figure = { what, value: shown(value), limit: `at most ${shown(limit)}` };
  return {
    figure,
    wrong:
      value <= limit ? [] : [`${what}: ${shown(value)}, and at most ${shown(limit)} are allowed`],
  };
}
