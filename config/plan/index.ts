export { type ClusterPlan, planCluster } from "./cluster.js";
export { describePlan } from "./describe.js";
