import { Failure } from "../../../config/failure/failure.js";
import { renamings } from "../../../config/plan/ceph-names.js";
import { dayOf } from "../../transport/base/clock.js";
import type { CephRosterInputs } from "./schema.js";

export function refusedRename(
  before: CephRosterInputs,
  wanted: CephRosterInputs,
  nowMs: number,
): Failure | undefined {
  const today = dayOf(nowMs);
  const [first] = renamings(before, wanted, wanted.consent, today);
  if (first === undefined) {
    return undefined;
  }
  const { word, consent } = first;
  const [come, left] = [first.come.join(", "), first.gone.join(", ")];
  return new Failure("refused", {
    tried: `to make the ${word} ${come} in the run in which the stack file no longer has ${left}`,
    where: "",
    cameBack: `refused, nothing was changed: a ${word} is not renamed. ${come} would be made empty, and everything in ${left} would stay where it is`,
    doNext: `Call it ${first.gone[0]} again. If two different things are meant, take ${left} out in one run and add ${come} in the next; the data of ${first.gone[0]} stays until the consent \`consent: {"${consent}": <last day, as ${today}>}\` destroys it. What lies in it is moved by hand before, for example with \`qm disk move\`.`,
  });
}
