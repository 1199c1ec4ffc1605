import { Failure } from "../../../config/failure/failure.js";
import { turned } from "../../../config/plan/ceph-names.js";
import { consentTo } from "../../../config/plan/consents.js";
import type { CephRosterInputs } from "./schema.js";

export function refusedKind(
  before: CephRosterInputs,
  wanted: CephRosterInputs,
): Failure | undefined {
  const [first] = turned(before, wanted);
  if (first === undefined) {
    return undefined;
  }
  const { pool, was, is } = first;
  return new Failure("refused", {
    tried: `to make the pool ${pool} another one`,
    where: "",
    cameBack: `refused, nothing was changed: it was made as one of ${was}, the stack file now says ${is}, and no pool is turned into another kind`,
    doNext: `Write it as it was, and make a second pool under another name for what is wanted now. What lies in ${pool} is moved by hand, for example with \`qm disk move\`; once it is out of the file, the consent \`${consentTo.pool(pool)}\` destroys it.`,
  });
}
