import type { NodeNetworkPlan } from "./interfaces.js";
import type { NodePlan } from "./nodes.js";
import { placeIn, type RingPlan } from "./ring.js";

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

type NetworkedNode = NodePlan & { readonly network: NodeNetworkPlan };

/** From one node to every other one, in every network that both have an address in. */
export function planPathsFrom(
  node: NodePlan,
  all: readonly NetworkedNode[],
  rings: readonly RingPlan[],
): Readonly<Record<string, readonly PathPlan[]>> {
  const names = [...new Set(all.flatMap(({ addresses }) => Object.keys(addresses)))].sort();
  return Object.fromEntries(
    names.map((network) => [
      network,
      all
        .filter(({ name }) => name !== node.name)
        .flatMap((other) => pathsBetween(network, node, other, mtuOf(network, all, rings)))
        .map((path) => withWay(path, node.name, rings)),
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
  return ring === undefined
    ? path
    : { ...path, through: placeIn(ring, node).ports.map(({ name }) => name) };
}

/** What fits everywhere: the smallest MTU of the interfaces that carry the network. */
function mtuOf(
  network: string,
  nodes: readonly NetworkedNode[],
  rings: readonly RingPlan[],
): number {
  const ring = rings.find((one) => one.network === network);
  if (ring !== undefined) {
    return ring.mtu;
  }
  const mtus = nodes.flatMap(({ network: { interfaces, deviceOf } }) =>
    interfaces.flatMap((one) =>
      one.kind !== "loopback" && one.name === deviceOf[network] ? [one.mtu] : [],
    ),
  );
  return mtus.length === 0 ? 1500 : Math.min(...mtus);
}
