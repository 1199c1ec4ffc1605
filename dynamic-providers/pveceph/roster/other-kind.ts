import { Failure } from "../../../config/failure/failure.js";
import { consentTo } from "../../../config/plan/consents.js";
import type { CephRosterInputs } from "./schema.js";

/**
 * Copies do not become parts, nor parts copies or others, nor does a pool get another use: Proxmox would make a second, empty pool
 * beside the one with the data.
 */
export function refusedKind(
  before: CephRosterInputs,
  wanted: CephRosterInputs,
): Failure | undefined {
  for (const pool of wanted.pools) {
    const [was, is] = [before.kinds[pool], wanted.kinds[pool]];
    if (was !== undefined && is !== undefined && was !== is) {
      return new Failure("refused", {
        tried: `to make the pool ${pool} another one`,
        where: "",
        cameBack: `refused, nothing was changed: it was made as one of ${was}, the stack file now says ${is}, and no pool is turned into another kind`,
        doNext: `Write it as it was, and make a second pool under another name for what is wanted now. What lies in ${pool} is moved by hand, for example with \`qm disk move\`; once it is out of the file, the consent \`${consentTo.pool(pool)}\` destroys it.`,
      });
    }
  }
  return undefined;
}
