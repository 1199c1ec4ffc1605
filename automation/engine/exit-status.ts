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

const REFUSED = /\[refused\]|refus(ed|ing)|protected|nothing was changed/i;
const UNREACHABLE =
  /\[unreachable\]|EHOSTUNREACH|ECONNREFUSED|ETIMEDOUT|no route to host|cannot be reached|could not be reached/i;

/**
 * What a failed run means. Pulumi reports a failure as text only, so the sentences of this program's own errors decide;
 * an unreachable host weighs more than what it caused.
 */
export function statusOfFailure(errors: readonly string[]): ExitStatus {
  if (errors.some((error) => UNREACHABLE.test(error))) {
    return EXIT.unreachable;
  }
  return errors.some((error) => REFUSED.test(error)) ? EXIT.refused : EXIT.failed;
}
