import type { ClusterSpec } from "../schema/cluster.js";
import type { NodePlan } from "./nodes.js";

export interface HostEntry {
  readonly address: string;
  readonly names: readonly string[];
}

export interface NamePlan {
  readonly domain: string;
  readonly dns: readonly string[];
  /** Every member, in the order of joining; the same on all nodes. */
  readonly hosts: readonly HostEntry[];
}

/**
 * Proxmox takes a node's cluster address from its own name. A name that leads to loopback, as installers of
 * Debian write it, makes a cluster of one.
 */
export function planNames(spec: ClusterSpec, nodes: readonly NodePlan[]): NamePlan {
  return {
    domain: spec.base.domain,
    dns: spec.base.dns,
    hosts: nodes.map((node) => ({ address: node.address, names: [node.fqdn, node.name] })),
  };
}
