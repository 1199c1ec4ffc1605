import type { CephPlan } from "../../config/plan/ceph.js";
import type { ConnectionPlan } from "../../config/plan/connections.js";
import type { ClusterPlan } from "../../config/plan/index.js";
import type { DeclaredHosts } from "../hosts/declare.js";

export interface CephClusterArgs
  extends Pick<ClusterPlan, "name" | "nodes" | "channel" | "adopt" | "deadlines" | "consentDays"> {
  readonly ceph: CephPlan;
  readonly founder: ConnectionPlan;
  readonly hosts: DeclaredHosts["hosts"];
}
