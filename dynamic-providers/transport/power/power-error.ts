import { Failure, type FailureParts } from "../../../config/failure/failure.js";
import type { FailureKind } from "../../../config/failure/kind.js";

/**
 * - `unreachable`, `timeout`, `busy`: nothing is known; read the state before asking again.
 * - `login`: asking again with the same password may lock the account.
 * - `certificate`, `wrong-machine`: nothing was sent that could switch power.
 */
export type PowerFailure =
  | "unreachable"
  | "timeout"
  | "certificate"
  | "login"
  | "forbidden"
  | "busy"
  | "refused"
  | "unsupported"
  | "wrong-machine"
  | "protocol";

const KINDS: Readonly<Partial<Record<PowerFailure, FailureKind>>> = {
  unreachable: "unreachable",
  timeout: "unreachable",
  certificate: "refused",
  "wrong-machine": "refused",
};

/** What went wrong at a power device, for a person at night and for the code that has to choose the next level. */
export class PowerError extends Failure {
  override readonly name = "PowerError";
  readonly failure: PowerFailure;

  constructor({ failure, ...parts }: FailureParts & { readonly failure: PowerFailure }) {
    super(KINDS[failure] ?? "failed", parts);
    this.failure = failure;
  }
}
