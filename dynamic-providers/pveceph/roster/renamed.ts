import { Failure } from "../../../config/failure/failure.js";
import { consentTo, holdsOn } from "../../../config/plan/consents.js";
import { dayOf } from "../../transport/base/clock.js";
import type { CephRosterInputs } from "./schema.js";

const KINDS = [
  { word: "pool", of: ({ pools }: CephRosterInputs) => pools, consent: consentTo.pool },
  {
    word: "file system",
    of: ({ filesystems }: CephRosterInputs) => filesystems,
    consent: consentTo.filesystem,
  },
] as const;

/**
 * One that leaves the file in the same run in which another one comes is most likely meant to be the same under a new name. It would be
 * made empty, and the storage of that name with it, while the data stays where it is. Whoever means two things says it by the consent
 * that destroys the old one, or in two runs.
 */
export function refusedRename(
  before: CephRosterInputs,
  wanted: CephRosterInputs,
  nowMs: number,
): Failure | undefined {
  const today = dayOf(nowMs);
  for (const { consent, of, word } of KINDS) {
    const come = of(wanted).filter((name) => !of(before).includes(name));
    const [gone, ...others] = of(before).filter(
      (name) => !of(wanted).includes(name) && !holdsOn(wanted.consent[consent(name)], today),
    );
    if (come.length > 0 && gone !== undefined) {
      const left = [gone, ...others].join(", ");
      return new Failure("refused", {
        tried: `to make the ${word} ${come.join(", ")} in the run in which the stack file no longer has ${left}`,
        where: "",
        cameBack: `refused, nothing was changed: a ${word} is not renamed. ${come.join(", ")} would be made empty, and everything in ${left} would stay where it is`,
        doNext: `Call it ${gone} again. If two different things are meant, take ${left} out in one run and add ${come.join(", ")} in the next; the data of ${gone} stays until the consent \`consent: {"${consent(gone)}": <last day, as ${today}>}\` destroys it. What lies in it is moved by hand before, for example with \`qm disk move\`.`,
      });
    }
  }
  return undefined;
}
