import { Failure } from "../../config/failure/failure.js";
import { consentTo, holdsOn, lackOf } from "../../config/plan/consents.js";
import { dayOf } from "../transport/base/clock.js";
import type { GuestRosterInputs } from "./roster/schema.js";

/** Why the list of guests must not become this one. A guest that is only called otherwise has not left. */
export function refusedLeaving(
  before: GuestRosterInputs,
  wanted: GuestRosterInputs,
  nowMs: number,
): Failure | undefined {
  const today = dayOf(nowMs);
  const stay = new Set(Object.values(wanted.guests));
  const refused = Object.entries(before.guests).filter(
    ([name, sid]) => !stay.has(sid) && !holdsOn(wanted.consent[consentTo.guest(name)], today),
  );
  const [first] = refused;
  if (first === undefined) {
    return undefined;
  }
  const named = refused.map(([name, sid]) => `${name} (${sid})`).join(", ");
  const ended = wanted.consent[consentTo.guest(first[0])];
  return new Failure("refused", {
    tried: `to take ${named} out of ${wanted.cluster}`,
    where: "",
    cameBack: `refused, nothing was changed: the stack file no longer has ${named}, and ${lackOf(ended, "leaving a guest out does not remove it")}`,
    doNext: `If it shall be removed with its disks, write \`consent: {"${consentTo.guest(first[0])}": <last day, as ${today}>}\`; backups of it stay. Otherwise put it back into the file.`,
  });
}
