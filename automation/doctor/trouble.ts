import { asUserError, messageOf } from "../../dynamic-providers/transport/base/user-error.js";

/** Why something could not be asked, and what a person can do about it. */
export interface Trouble {
  readonly why: string;
  readonly doNext: string;
}

export function troubleOf(error: unknown): Trouble {
  const known = asUserError(error);
  return known === undefined
    ? { why: messageOf(error), doNext: "" }
    : { why: `${known.tried}: ${known.cameBack}`, doNext: known.doNext };
}
