export {
  type ClusterPlan,
  connectionsOf,
  measurableNetworks,
  nodeOf,
  planCluster,
} from "./cluster.js";
export type { ClusterNodePlan } from "./cluster-nodes.js";
export { describePlan } from "./describe.js";
export { describeCeph } from "./describe-ceph.js";
