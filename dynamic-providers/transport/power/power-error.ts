import { type Failure, UserError } from "../base/user-error.js";

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

/** What went wrong at a power device, for a person at night and for the code that has to choose the next level. */
export class PowerError extends UserError {
  override readonly name = "PowerError";
  readonly failure: PowerFailure;

  constructor({ failure, ...parts }: Failure & { readonly failure: PowerFailure }) {
    super(parts);
    this.failure = failure;
  }
}
