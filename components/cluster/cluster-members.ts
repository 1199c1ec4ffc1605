import type { ConnectionPlan } from "../../config/plan/connections.js";
import type { CorosyncPlan } from "../../config/plan/corosync.js";
import type { NodePlan } from "../../config/plan/nodes.js";

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
export function clusterMembers(
  nodes: readonly NodePlan[],
  connections: readonly ConnectionPlan[],
  corosync: CorosyncPlan,
): MemberWish[] {
  return nodes.flatMap((node) => {
    const connection = connections.find((one) => one.node === node.name);
    const links = corosync.links.flatMap(({ number, addresses, priority }) => {
      const address = addresses[node.name];
      return address === undefined ? [] : [{ link: number, address, priority }];
    });
    return connection === undefined
      ? []
      : [
          {
            id: node.id,
            address: node.address,
            member: { node: node.name, connection, votes: node.votes, links },
          },
        ];
  });
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
