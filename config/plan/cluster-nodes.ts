import type { ClusterSpec } from "../schema/cluster.js";
import { type CablingPlan, portsToLookAt } from "./cabling.js";
import { type ConnectionPlan, planConnection } from "./connections.js";
import { type CorosyncPlan, type LinkAddress, linkAddresses } from "./corosync.js";
import { type HostPlan, planHost } from "./hosts.js";
import { type NodeNetworkPlan, planNodeNetwork } from "./interfaces.js";
import type { NodePlan } from "./nodes.js";
import { type PathPlan, planPathsFrom } from "./paths.js";
import { placeIn, type RingNode, type RingPlan } from "./ring.js";

/** Everything that is planned for one node, in one place. */
export interface ClusterNodePlan extends NodePlan {
  readonly connection: ConnectionPlan;
  readonly host: HostPlan;
  readonly network: NodeNetworkPlan;
  /** Its place in each ring, by network. */
  readonly places: Readonly<Record<string, RingNode>>;
  /** Its address on each of corosync's links, in their order. */
  readonly links: readonly LinkAddress[];
  /** What it must reach, by network, for every network in which any node has an address. */
  readonly paths: Readonly<Record<string, readonly PathPlan[]>>;
  /** Its ports whose far ends are looked at. */
  readonly cabledPorts: readonly string[];
}

interface Surroundings {
  readonly rings: readonly RingPlan[];
  readonly corosync: CorosyncPlan;
  readonly cabling: CablingPlan;
  /** Where the program keeps what it writes about this stack. */
  readonly folder: string;
}

export function planClusterNodes(
  spec: ClusterSpec,
  nodes: readonly NodePlan[],
  { rings, corosync, cabling, folder }: Surroundings,
): ClusterNodePlan[] {
  const networked = nodes.map((node) => ({ ...node, network: planNodeNetwork(spec, node, rings) }));
  return networked.map((node) => ({
    ...node,
    connection: planConnection(spec, node, folder),
    host: planHost(spec, nodes, node, rings),
    places: Object.fromEntries(rings.map((ring) => [ring.network, placeIn(ring, node.name)])),
    links: linkAddresses(corosync, node.name),
    paths: planPathsFrom(node, networked, rings),
    cabledPorts: portsToLookAt(cabling, rings, node.name),
  }));
}
