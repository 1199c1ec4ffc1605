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
  /** Corosync's node id, the host part of derived addresses, and what the order of joining follows. */
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

/** In the order of joining, which follows from ids and installations; the order of keys in the file is no data. */
export function planNodes(spec: ClusterSpec): NodePlan[] {
  return inOrderOfJoining(Object.entries(spec.nodes)).map(([name, node], order) => ({
    name,
    fqdn: `${name}.${spec.base.domain}`,
    id: node.id,
    order,
    address: canonical(node.address),
    addresses: addressesOf(spec, node),
    votes: node.votes,
    installation: node.installation,
    hardware: resolveHardware(node.hardware, node.overrides),
  }));
}

/**
 * The founder first, then by id. A machine that took the place of another one joins what stands, so it founds nothing as long as
 * a node is there that was not replaced as often.
 */
function inOrderOfJoining(nodes: readonly (readonly [string, NodeSpec])[]) {
  const byId = [...nodes].sort(([nameA, a], [nameB, b]) => a.id - b.id || (nameA < nameB ? -1 : 1));
  const oldest = Math.min(...byId.map(([, { installation }]) => installation));
  const founder = byId.find(([, { installation }]) => installation === oldest);
  return founder === undefined ? [] : [founder, ...byId.filter((one) => one !== founder)];
}

function addressesOf(spec: ClusterSpec, node: NodeSpec): Readonly<Record<string, NodeAddresses>> {
  const all: Record<string, NodeAddresses> = {};
  for (const [name, network] of Object.entries(spec.networks)) {
    const explicit = [
      ...(name === MANAGEMENT ? [node.address] : []),
      ...(node.addresses[name] ?? []),
    ];
    const found = { ...derivedLoopbacks(network, explicit, node.id), ...byFamily(explicit) };
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
