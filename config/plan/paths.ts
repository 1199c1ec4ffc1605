import type { NodeNetworkPlan } from "./interfaces.js";
import type { NodePlan } from "./nodes.js";
import type { RingPlan } from "./ring.js";

/** One direction of one path that must carry packets of full size. */
export interface PathPlan {
  readonly network: string;
  readonly from: string;
  readonly to: string;
  readonly toNode: string;
  readonly mtu: number;
  /** Ports of which the way must take one; any way will do where it is left out. */
  readonly through?: readonly string[];
}

export interface NodePathsPlan {
  readonly node: string;
  readonly paths: readonly PathPlan[];
}

/** Every pair of nodes in every network that both have an address in, by network and then by node. */
export function planPaths(
  nodes: readonly NodePlan[],
  networks: readonly NodeNetworkPlan[],
  rings: readonly RingPlan[],
): Readonly<Record<string, readonly NodePathsPlan[]>> {
  const names = [...new Set(nodes.flatMap((node) => Object.keys(node.addresses)))].sort();
  return Object.fromEntries(
    names.map((network) => [
      network,
      nodes.map((node) => ({
        node: node.name,
        paths: nodes
          .filter((other) => other !== node)
          .flatMap((other) => pathsBetween(network, node, other, mtuOf(network, networks, rings)))
          .map((path) => withWay(path, node.name, rings)),
      })),
    ]),
  );
}

function pathsBetween(network: string, a: NodePlan, b: NodePlan, mtu: number): PathPlan[] {
  return (["ipv4", "ipv6"] as const).flatMap((family) => {
    const from = a.addresses[network]?.[family];
    const to = b.addresses[network]?.[family];
    return from === undefined || to === undefined
      ? []
      : [{ network, from, to, toNode: b.name, mtu }];
  });
}

/** A router beside the ring may know its loopbacks too; a path over it would hide that the ring is broken. */
function withWay(path: PathPlan, node: string, rings: readonly RingPlan[]): PathPlan {
  const ring = rings.find(({ network }) => network === path.network);
  const member = ring?.nodes.find((one) => one.node === node);
  return member === undefined ? path : { ...path, through: member.ports.map(({ name }) => name) };
}

/** What fits everywhere: the smallest MTU of the interfaces that carry the network. */
function mtuOf(
  network: string,
  networks: readonly NodeNetworkPlan[],
  rings: readonly RingPlan[],
): number {
  const ring = rings.find((one) => one.network === network);
  if (ring !== undefined) {
    return ring.mtu;
  }
  const mtus = networks.flatMap(({ interfaces, deviceOf }) =>
    interfaces.flatMap((one) =>
      one.kind !== "loopback" && one.name === deviceOf[network] ? [one.mtu] : [],
    ),
  );
  return mtus.length === 0 ? 1500 : Math.min(...mtus);
}
