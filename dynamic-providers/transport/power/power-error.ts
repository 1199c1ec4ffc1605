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

export interface PowerErrorParts {
  readonly failure: PowerFailure;
  /** Completes "Tried to ...". */
  readonly tried: string;
  readonly where: string;
  readonly cameBack: string;
  readonly doNext: string;
}

/** What went wrong at a power device, for a person at night and for the code that has to choose the next level. */
export class PowerError extends Error implements PowerErrorParts {
  readonly failure: PowerFailure;
  readonly tried: string;
  readonly where: string;
  readonly cameBack: string;
  readonly doNext: string;

  constructor(parts: PowerErrorParts) {
    super(`Tried to ${parts.tried} at ${parts.where}. ${parts.cameBack} ${parts.doNext}`);
    this.name = "PowerError";
    this.failure = parts.failure;
    this.tried = parts.tried;
    this.where = parts.where;
    this.cameBack = parts.cameBack;
    this.doNext = parts.doNext;
  }
}
