export { type ClusterPlan, planCluster } from "./cluster.js";
