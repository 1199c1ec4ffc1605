import { EXIT, type ExitStatus } from "../engine/exit-status.js";
import type { Judged } from "./judged.js";

/** A test as it ended. */
export interface Tested extends Judged {
  readonly name: string;
  readonly title: string;
  readonly isDestructive: boolean;
  readonly seconds: number;
}

/** What `accept` came to. */
export interface AcceptanceReport {
  readonly status: ExitStatus;
  readonly interrupted: boolean;
  readonly tests: readonly Tested[];
}

/** What was asked for and could not be tried was not accepted either. */
export function statusOf(
  tests: readonly Pick<Tested, "verdict">[],
  interrupted: boolean,
): ExitStatus {
  if (interrupted) {
    return EXIT.interrupted;
  }
  return tests.some(({ verdict }) => verdict === "failed" || verdict === "not tried")
    ? EXIT.failed
    : EXIT.done;
}
