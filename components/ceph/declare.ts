import type { ClusterPlan } from "../../config/plan/index.js";
import type { DeclaredCluster } from "../cluster/declare.js";
import type { DeclaredHosts } from "../hosts/declare.js";
import { type Before, barriersOf } from "../program/build-up.js";
import { CephCluster } from "./ceph-cluster.js";

/** The cluster's own storage: daemons, disks, pools, and the proof that all of it serves. Nothing without a section that is made. */
export function declareCeph(plan: ClusterPlan, before: Before & DeclaredHosts & DeclaredCluster) {
  const { ceph } = plan;
  if (ceph === undefined || ceph.withheld.length > 0) {
    // With no resource of its own to wait for them, the hooks before it hold up what comes next.
    return { done: barriersOf(before), outputs: {} };
  }
  const made = new CephCluster(
    "ceph",
    { ...plan, ceph, founder: before.site.founder, hosts: before.hosts },
    { dependsOn: barriersOf(before) },
  );
  return {
    done: [...before.done, made],
    outputs: { ceph: { fsid: made.fsid, osds: made.osds, whole: made.whole } },
  };
}
