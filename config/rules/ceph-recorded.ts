import { list } from "../findings/enumeration.js";
import { type CodeTable, type Draft, drafter } from "../findings/finding.js";
import { planCeph } from "../plan/ceph.js";
import { planCephNames, renamings, turned } from "../plan/ceph-names.js";
import { consentTo } from "../plan/consents.js";
import { planNodes } from "../plan/nodes.js";
import type { Facts } from "./facts.js";

export const recordedCodes = {
  "ceph/renamed": {
    severity: "error",
    about:
      "A pool or file system has another name than in the last run, whose record lies on this machine. It would be made empty under the new one.",
  },
  "ceph/another-kind": {
    severity: "error",
    about:
      "A pool is of another kind than in the last run, whose record lies on this machine. Nothing turns one kind into another.",
  },
} as const satisfies CodeTable;
const draft = drafter(recordedCodes);

/** The same that the preview refuses by the record of the state, as early as the record can be read. */
export function recordedDrafts({ spec, recorded, today }: Facts): Draft[] {
  const ceph = recorded && planCeph(spec, planNodes(spec));
  if (recorded === undefined || ceph === undefined || ceph.withheld.length > 0) {
    return [];
  }
  const wanted = planCephNames(ceph);
  return [
    ...renamings(recorded, wanted, spec.consent, today ?? "").map(
      ({ section, word, come: [first, ...others], gone, consent }) => {
        const come = list([first, ...others]);
        return draft(
          "ceph/renamed",
          ["ceph", section, first],
          `In the last run there was the ${word} ${list(gone)}, which the file no longer has; ${come} would be made empty, and the data would stay where it is.`,
          `Call it ${gone[0]} again. If different things are meant, take ${gone[0]} out in one run and add ${come} in the next, or write \`consent: {"${consent}": <last day>}\`, which destroys it.`,
          { atKey: true },
        );
      },
    ),
    ...turned(recorded, wanted).map(({ pool, was, is }) =>
      draft(
        "ceph/another-kind",
        ["ceph", "pools", pool],
        `${pool} was made as one of ${was}; the file now says ${is}, and no pool is turned into another kind.`,
        `Write it as it was, and make a second pool under another name for what is wanted now; without ${pool} in the file, the consent \`${consentTo.pool(pool)}\` destroys it.`,
        { atKey: true },
      ),
    ),
  ];
}
