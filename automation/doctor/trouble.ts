import { Failure, messageOf } from "../../config/failure/failure.js";

/** Why something could not be asked, and what a person can do about it. */
export interface Trouble {
  readonly why: string;
  readonly doNext: string;
}

export function troubleOf(error: unknown): Trouble {
  return error instanceof Failure
    ? { why: `${error.tried}: ${error.cameBack}`, doNext: error.doNext }
    : { why: messageOf(error), doNext: "" };
}
