import { type ResolvedHardware, resolveHardware } from "../hardware/index.js";
import type { ClusterSpec } from "../schema/cluster.js";
import { canonical, familyOf, hostInNetwork, type IpFamily } from "./address.js";

export type NetworkSpec = ClusterSpec["networks"][string];
export type NodeSpec = ClusterSpec["nodes"][string];

/** The addresses of one node in one network, at most one of each family. */
export interface NodeAddresses {
  readonly ipv4?: string;
  readonly ipv6?: string;
}

export interface NodePlan {
  readonly name: string;
  readonly fqdn: string;
  /** Corosync's node id and the host part of derived addresses. */
  readonly id: number;
  /** Position in the order of joining; the founder has 0. */
  readonly order: number;
  /** The address that the node's name resolves to everywhere. */
  readonly address: string;
  /** Addresses by network, for every network in which the node has one. */
  readonly addresses: Readonly<Record<string, NodeAddresses>>;
  readonly votes: number;
  /** Which machine it is under this name; raised when another one took the place. */
  readonly installation: number;
  readonly hardware: ResolvedHardware;
}

/** The network whose addresses are the nodes' own. */
export const MANAGEMENT = "management";

/** Nodes in the order of the file, which is the order in which they join. */
export function planNodes(spec: ClusterSpec): NodePlan[] {
  const ids = nodeIds(spec);
  return Object.entries(spec.nodes).map(([name, node], order) => {
    const id = ids.get(name) ?? order + 1;
    return {
      name,
      fqdn: `${name}.${spec.base.domain}`,
      id,
      order,
      address: canonical(node.address),
      addresses: addressesOf(spec, node, id),
      votes: node.votes,
      installation: node.installation,
      hardware: resolveHardware(node.hardware, node.overrides),
    };
  });
}

/** Ids that the file gives stay; the others get their position, or the lowest free number when that is taken. */
function nodeIds(spec: ClusterSpec): Map<string, number> {
  const entries = Object.entries(spec.nodes);
  const taken = new Set(entries.flatMap(([, node]) => (node.id === undefined ? [] : [node.id])));
  const ids = new Map<string, number>();
  entries.forEach(([name, node], position) => {
    let id = node.id ?? position + 1;
    while (node.id === undefined && taken.has(id)) {
      id = id >= entries.length * 2 ? 1 : id + 1;
    }
    taken.add(id);
    ids.set(name, id);
  });
  return ids;
}

function addressesOf(
  spec: ClusterSpec,
  node: NodeSpec,
  id: number,
): Readonly<Record<string, NodeAddresses>> {
  const all: Record<string, NodeAddresses> = {};
  for (const [name, network] of Object.entries(spec.networks)) {
    const explicit = [
      ...(name === MANAGEMENT ? [node.address] : []),
      ...(node.addresses[name] ?? []),
    ];
    const found = { ...derivedLoopbacks(network, explicit, id), ...byFamily(explicit) };
    if (Object.keys(found).length > 0) {
      all[name] = found;
    }
  }
  return all;
}

function byFamily(addresses: readonly string[]): NodeAddresses {
  const found: { -readonly [family in IpFamily]?: string } = {};
  for (const address of addresses) {
    const family = familyOf(address);
    found[family] ??= canonical(address);
  }
  return found;
}

/** Only a ring's loopbacks are derived: elsewhere an address that nobody wrote may belong to somebody else. */
function derivedLoopbacks(
  network: NetworkSpec,
  explicit: readonly string[],
  id: number,
): NodeAddresses {
  const families = new Set(explicit.map(familyOf));
  const { thunderbolt, loopbacks, loopbacks6 } = network;
  if (thunderbolt === undefined) {
    return {};
  }
  return {
    ...(loopbacks !== undefined && !families.has("ipv4")
      ? { ipv4: hostInNetwork(loopbacks, id) }
      : {}),
    ...(loopbacks6 !== undefined && !families.has("ipv6")
      ? { ipv6: hostInNetwork(loopbacks6, id) }
      : {}),
  };
}
