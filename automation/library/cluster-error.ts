import { Failure, messageOf } from "../../config/failure/failure.js";
import type { FailureKind } from "../../config/failure/kind.js";
import type { Finding } from "../../config/findings/finding.js";
import { EXIT, type ExitStatus, statusOfFailures } from "../engine/exit-status.js";
import type { RunOutcome } from "../engine/outcome.js";

/** `interrupted`: somebody stopped it. The others are those of the command line. */
export type ClusterErrorKind = FailureKind | "interrupted";

interface About {
  /** Everything that went wrong, a sentence each; the message alone where nothing else is known. */
  readonly errors?: readonly string[];
  readonly findings?: readonly Finding[];
  readonly outcome?: RunOutcome;
  readonly cause?: unknown;
}

/** The one error that the library throws. */
export class ClusterError extends Error {
  override readonly name = "ClusterError";
  /** What the command line would have ended with. */
  readonly exitStatus: ExitStatus;
  readonly errors: readonly string[];
  /** What is wrong with the stack file, where that is the reason. */
  readonly findings: readonly Finding[];
  /** Of a run that came to the engine. */
  readonly outcome: RunOutcome | undefined;

  constructor(
    readonly kind: ClusterErrorKind,
    message: string,
    { errors = [message], findings = [], outcome, cause }: About = {},
  ) {
    super(message, cause === undefined ? {} : { cause });
    this.exitStatus = kind === "interrupted" ? EXIT.interrupted : statusOfFailures([kind]);
    this.errors = errors;
    this.findings = findings;
    this.outcome = outcome;
  }
}

/** Whatever was thrown on the way, as the library throws it: a failure of the world keeps its kind, anything else is a fault. */
export function asClusterError(thrown: unknown): ClusterError {
  if (thrown instanceof ClusterError) {
    return thrown;
  }
  const kind = thrown instanceof Failure ? thrown.kind : "failed";
  return new ClusterError(kind, messageOf(thrown).trimEnd(), { cause: thrown });
}

/** A run that did not do what it was to do; undefined where it did. */
export function errorOfRun(
  outcome: RunOutcome,
  kinds: readonly FailureKind[],
): ClusterError | undefined {
  const { errors, status, verb, stack } = outcome;
  if (status === EXIT.interrupted) {
    const left =
      verb === "preview"
        ? "nothing was changed"
        : "what was done is recorded, and the next run goes on";
    const message = `${verb} ${stack} was stopped; ${left}.`;
    return new ClusterError("interrupted", message, { errors, outcome });
  }
  return errors.length === 0
    ? undefined
    : new ClusterError(gravest(kinds), errors.join("\n"), { errors, outcome });
}

const KINDS = ["unreachable", "refused", "badInput", "failed"] as const;

function gravest(kinds: readonly FailureKind[]): FailureKind {
  const status = statusOfFailures(kinds);
  return KINDS.find((kind) => statusOfFailures([kind]) === status) ?? "failed";
}
