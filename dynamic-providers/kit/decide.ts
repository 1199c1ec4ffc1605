import { Failure } from "../../config/failure/failure.js";
import { holdsOn } from "../../config/plan/consents.js";
import { dayOf } from "../transport/base/clock.js";
import { type Change, renderChange, renderChanges } from "./change.js";
import type { CommonInputs } from "./common-inputs.js";

/** A new resource takes over what is equal and adds what is missing, and tramples nothing that no consent names. */
export function refuseTrampling(
  changes: readonly Change<unknown>[],
  { adopt, consent }: Pick<CommonInputs, "adopt" | "consent">,
  subject: string,
  nowMs: number,
): void {
  const trampled = trampledBy(changes, { adopt, consent }, nowMs);
  if (trampled.length > 0) {
    throw notTrampled(subject, renderChanges(trampled));
  }
}

/** Changes of what somebody else made, as far as nobody has allowed them. */
export function trampledBy<Step>(
  changes: readonly Change<Step>[],
  { adopt, consent }: Pick<CommonInputs, "adopt" | "consent">,
  nowMs: number,
): readonly Change<Step>[] {
  const today = dayOf(nowMs);
  return adopt
    ? []
    : changes.filter(
        ({ kind, consent: name }) =>
          kind !== "add" && !(name !== undefined && holdsOn(consent[name], today)),
      );
}

export const notTrampled = (subject: string, differences: string): Failure =>
  new Failure("refused", {
    tried: `to take over ${subject}`,
    where: "",
    cameBack: `refused: what is there differs from the stack file (there -> wanted): ${differences}`,
    doNext:
      "Correct the stack file so that it says what is there, or set `adopt: true` to have it changed.",
  });

/** Data goes only by an explicit consent that names it and has not expired. */
export function requireConsent(
  changes: readonly Change<unknown>[],
  consent: Readonly<Record<string, string>>,
  subject: string,
  nowMs: number,
): void {
  const today = dayOf(nowMs);
  for (const change of changes) {
    const name = change.consent;
    if (name === undefined) {
      continue;
    }
    const until = consent[name];
    if (holdsOn(until, today)) {
      continue;
    }
    throw new Failure("refused", {
      tried: `to remove ${name} of ${subject}`,
      where: "",
      cameBack:
        until === undefined
          ? `the stack file does not consent to that (${renderChange(change)})`
          : `the consent ended on ${until}, and today is ${today}`,
      doNext: `If ${name} and its data shall go, write \`consent: {"${name}": <last day, as ${today}>}\` into the stack file and run \`pulumi up\` before that; otherwise put it back into the file.`,
    });
  }
}
