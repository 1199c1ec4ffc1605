export { type ClusterPlan, type PlanContext, planCluster } from "./cluster.js";
export { describePlan } from "./describe.js";
