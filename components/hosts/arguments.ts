import { type ClusterNodePlan, type ClusterPlan, nodeOf } from "../../config/plan/index.js";
import type { HostBase, HostBaseArgs } from "./host-base.js";

/** A node of the plan and what was declared on its host. */
export interface DeclaredHost {
  readonly node: ClusterNodePlan;
  readonly base: HostBase;
}

/** What the plan says of one host. */
export function hostArgs(plan: ClusterPlan, name: string): HostBaseArgs {
  const { adopt, deadlines } = plan;
  return { node: nodeOf(plan, name), adopt, deadlines, ...keeperOf(plan, name) };
}

/** The next node watches over Ceph's flag while this one restarts; a cluster without Ceph has none. */
function keeperOf({ ceph, nodes }: ClusterPlan, name: string): Pick<HostBaseArgs, "keeper"> {
  const at = nodes.findIndex((node) => node.name === name);
  const next = nodes[(at + 1) % nodes.length];
  return ceph === undefined || next === undefined || nodes.length === 1
    ? {}
    : { keeper: next.connection };
}
