export { type ClusterPlan, type PlanContext, planCluster } from "./cluster.js";
