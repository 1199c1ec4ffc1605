import type { FailureKind } from "../../config/failure/kind.js";

/** Stable exit statuses of the command line; scripts and CI rely on them. */
export const EXIT = {
  /** Done, or nothing to do. */
  done: 0,
  failed: 1,
  badInput: 2,
  /** The cluster would not survive the step, or something is in the way that a person has to decide. */
  refused: 3,
  /** Only from `preview`: there is something to do. */
  changesPending: 4,
  unreachable: 5,
  interrupted: 130,
} as const;

export type ExitStatus = (typeof EXIT)[keyof typeof EXIT];

const STATUS: Readonly<Record<FailureKind, ExitStatus>> = {
  unreachable: EXIT.unreachable,
  refused: EXIT.refused,
  badInput: EXIT.badInput,
  failed: EXIT.failed,
};

/** Of several failures: an unreachable host weighs more than what it caused, and a refusal more than what was behind it. */
const BY_WEIGHT = ["unreachable", "refused", "badInput", "failed"] as const;

/** What a failed run means, by the kinds of its failures and never by their words. */
export function statusOfFailures(kinds: readonly FailureKind[]): ExitStatus {
  return STATUS[BY_WEIGHT.find((kind) => kinds.includes(kind)) ?? "failed"];
}
