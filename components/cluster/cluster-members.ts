import type { ConnectionPlan } from "../../config/plan/connections.js";
import type { CorosyncPlan } from "../../config/plan/corosync.js";
import type { ClusterNodePlan } from "../../config/plan/index.js";

/** A node as the cluster's resources take it. */
export interface MemberWish {
  readonly id: number;
  readonly address: string;
  readonly member: {
    readonly node: string;
    readonly connection: ConnectionPlan;
    readonly votes: number;
    readonly links: { link: number; address: string; priority: number }[];
  };
}

/** Nodes in the order of joining, each with its address on every link. */
export function clusterMembers(nodes: readonly ClusterNodePlan[]): MemberWish[] {
  return nodes.map(({ id, name, address, connection, votes, links }) => ({
    id,
    address,
    member: { node: name, connection, votes, links: links.map((link) => ({ ...link })) },
  }));
}

/** Totem settings that the file names; all others belong to Proxmox. */
export function totemOf(corosync: CorosyncPlan): Record<string, string> {
  return {
    ...(corosync.tokenMs === undefined ? {} : { token: String(corosync.tokenMs) }),
    ...(corosync.tokenCoefficientMs === undefined
      ? {}
      : { token_coefficient: String(corosync.tokenCoefficientMs) }),
  };
}
