import type { ClusterPlan } from "../../../config/plan/index.js";
import type { ClusterSpec } from "../../../config/schema/cluster.js";
import type { NodeFacts } from "../node-facts.js";

export interface JudgeContext {
  readonly plan: ClusterPlan;
  readonly channel: ClusterSpec["proxmox"]["channel"];
  /** Nodes that answered, in the order of joining. */
  readonly seen: readonly NodeFacts[];
}

/** In the cluster of the stack file. */
export function isMember(plan: ClusterPlan, facts: NodeFacts): boolean {
  return facts.membership.conf?.clusterName === plan.name;
}

/** Whether the node has to give its /etc/pve up to become a member; the founder keeps its own. */
export function hasToJoin({ plan, seen }: JudgeContext, facts: NodeFacts): boolean {
  if (facts.membership.conf !== undefined || facts.membership.unread !== undefined) {
    return false;
  }
  return seen.some((one) => isMember(plan, one)) || plan.nodes[0]?.name !== facts.node;
}
