import type { ClusterSpec } from "../schema/cluster.js";
import { type CorosyncPlan, planCorosync } from "./corosync.js";
import { type NodeNetworkPlan, planNodeNetworks } from "./interfaces.js";
import { type NamePlan, planNames } from "./names.js";
import { type NodePlan, planNodes } from "./nodes.js";
import { planRings, type RingPlan } from "./ring.js";

/** Everything about a cluster that a reader could argue about, decided before any host is touched. */
export interface ClusterPlan {
  readonly name: string;
  readonly major: 8 | 9;
  readonly nodes: readonly NodePlan[];
  readonly names: NamePlan;
  readonly rings: readonly RingPlan[];
  readonly networks: readonly NodeNetworkPlan[];
  readonly corosync: CorosyncPlan;
}

/** Takes a spec that has passed its cross-field rules. */
export function planCluster(spec: ClusterSpec): ClusterPlan {
  const nodes = planNodes(spec);
  const rings = planRings(spec, nodes);
  return {
    name: spec.name,
    major: spec.proxmox.major,
    nodes,
    names: planNames(spec, nodes),
    rings,
    networks: planNodeNetworks(spec, nodes, rings),
    corosync: planCorosync(spec, nodes),
  };
}
