import type { CephPlan } from "../../config/plan/ceph.js";
import { describeCeph } from "../../config/plan/index.js";
import { osdsOf } from "./balance.js";
import type { PlannedChange } from "./planned-change.js";

/** What decides how much fits into Ceph, and how it is spread. */
const CARRIERS = ["pveceph/Osds", "pveceph/Pool", "pveceph/Filesystem", "pveceph/RetiredPools"];

/**
 * What Ceph will be, for a cluster that stands and in which the steps change how much fits into it: by the disks that hosts really have,
 * where these were seen. A cluster that is still to be made is told as a whole.
 */
export function cephAhead(
  changes: readonly PlannedChange[],
  ceph: CephPlan | undefined,
): readonly string[] {
  const touches = changes.some(({ action, kind }) => action !== "" && CARRIERS.includes(kind));
  return ceph === undefined || ceph.withheld.length > 0 || !touches
    ? []
    : describeCeph({ ...ceph, osds: osdsOf(changes, ceph, "after") });
}
