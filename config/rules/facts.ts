import type { Path } from "../findings/finding.js";
import { type NodePlan, planNodes } from "../plan/nodes.js";
import type { ClusterSpec } from "../schema/cluster.js";
import type { RuleContext } from "./context.js";

export type Network = ClusterSpec["networks"][string];

export interface LinkFact {
  readonly network: string;
  readonly priority: number | undefined;
  readonly path: Path;
}

/** What many rules ask about a cluster, worked out once. */
export interface Facts extends RuleContext {
  readonly spec: ClusterSpec;
  /** In the order of their ids. */
  readonly nodeNames: readonly string[];
  /** Nodes with their ids, addresses and machines. */
  readonly nodes: readonly NodePlan[];
  readonly networks: readonly (readonly [string, Network])[];
  readonly rings: readonly (readonly [string, Network])[];
  readonly links: readonly LinkFact[];
  /** Physical ports under a network on a node, through bridges and bonds. */
  portsUnder(network: string, node: string): readonly string[];
}

export function factsOf(spec: ClusterSpec, context: RuleContext): Facts {
  const networks = Object.entries(spec.networks);
  const nodes = plannedNodes(spec);
  return {
    ...context,
    spec,
    nodeNames: nodes.map(({ name }) => name),
    nodes,
    networks,
    rings: networks.filter(([, network]) => network.thunderbolt !== undefined),
    links: spec.corosync.links.map((link, index) =>
      typeof link === "string"
        ? { network: link, priority: undefined, path: ["corosync", "links", index] }
        : { ...link, path: ["corosync", "links", index] },
    ),
    portsUnder: (network, node) => portsUnder(spec, nodes, network, node),
  };
}

/** Where a ring has too few loopbacks for the nodes, they have none here; a rule reports that. */
function plannedNodes(spec: ClusterSpec): readonly NodePlan[] {
  try {
    return planNodes(spec);
  } catch (error) {
    if (!(error instanceof RangeError)) {
      throw error;
    }
    const networks = Object.fromEntries(
      Object.entries(spec.networks).map(([name, network]) => [
        name,
        { ...network, loopbacks: undefined, loopbacks6: undefined },
      ]),
    );
    return planNodes({ ...spec, networks });
  }
}

function portsUnder(
  spec: ClusterSpec,
  nodes: readonly NodePlan[],
  networkName: string,
  node: string,
): readonly string[] {
  const network = spec.networks[networkName];
  if (network?.thunderbolt !== undefined) {
    const known = nodes.find(({ name }) => name === node)?.hardware.thunderboltPorts ?? [];
    return network.thunderbolt.ports ?? known.map(({ name }) => name);
  }
  return network?.on === undefined ? [] : descend(spec, network.on, node, new Set());
}

function descend(spec: ClusterSpec, name: string, node: string, seen: Set<string>): string[] {
  const definition = spec.interfaces[name];
  if (definition === undefined || definition.port !== undefined) {
    return definition?.nodes[node]?.ports ?? [name];
  }
  if (seen.has(name)) {
    return [];
  }
  seen.add(name);
  return lowerOf(definition, node).flatMap((lower) => descend(spec, lower, node, seen));
}

type Interface = ClusterSpec["interfaces"][string];

/** What an interface stands on, on one node. */
export function lowerOf(definition: Interface, node: string): readonly string[] {
  return definition.nodes[node]?.ports ?? definition.bond?.ports ?? definition.bridge?.ports ?? [];
}

/** Whether the program puts host addresses into the network. */
export function carriesHosts(network: Network): boolean {
  return (
    network.cidr !== undefined || network.cidr6 !== undefined || network.thunderbolt !== undefined
  );
}

/** The networks whose prefix holds addresses of hosts, gateways and controllers. */
export function prefixesOf(network: Network): readonly string[] {
  return [network.cidr, network.cidr6, network.loopbacks, network.loopbacks6].filter(
    (prefix) => prefix !== undefined,
  );
}
