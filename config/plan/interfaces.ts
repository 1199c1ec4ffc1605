import type { ClusterSpec } from "../schema/cluster.js";
import { prefixLength } from "./address.js";
import type { NetworkSpec, NodePlan } from "./nodes.js";
import { placeIn, type RingPlan } from "./ring.js";

export interface Route {
  readonly to: string;
  readonly via: string;
}

interface Carrier {
  readonly name: string;
  readonly mtu: number;
  /** Addresses with their prefix length. */
  readonly addresses: readonly string[];
  readonly gateways: readonly string[];
  readonly routes: readonly Route[];
}

/** One stanza of `/etc/network/interfaces`, before it is text. */
export type InterfacePlan =
  | { readonly kind: "loopback"; readonly name: "lo"; readonly addresses: readonly string[] }
  | (Carrier & { readonly kind: "port" })
  | (Carrier & { readonly kind: "ring-port"; readonly network: string })
  | (Carrier & {
      readonly kind: "bond";
      readonly ports: readonly string[];
      readonly mode: "802.3ad" | "active-backup";
      readonly lacpRate: "fast" | "slow";
      readonly hash: string;
      readonly primary?: string;
    })
  | (Carrier & {
      readonly kind: "bridge";
      readonly ports: readonly string[];
      readonly vlanAware: boolean;
      readonly vlans: string;
    })
  | (Carrier & { readonly kind: "vlan"; readonly parent: string; readonly vlan: number });

export interface NodeNetworkPlan {
  readonly interfaces: readonly InterfacePlan[];
  /** The interface that has each network's addresses on this node. */
  readonly deviceOf: Readonly<Record<string, string>>;
}

export function planNodeNetwork(
  spec: ClusterSpec,
  node: NodePlan,
  rings: readonly RingPlan[],
): NodeNetworkPlan {
  const declared = declaredInterfaces(spec, node);
  const vlans = vlanDevices(spec, node);
  const ringPorts = rings.flatMap((ring) => ringPortsOf(ring, node.name));
  const named = new Set([...declared, ...ringPorts].map((one) => one.name));
  const physical = [...declared]
    .flatMap((one) => (one.kind === "bond" || one.kind === "bridge" ? one.ports : []))
    .filter((port) => !named.has(port))
    .map((name): InterfacePlan => ({ kind: "port", ...bare(name, 0) }));
  const interfaces = [...unique(physical), ...declared, ...vlans, ...ringPorts];
  return {
    interfaces: [
      {
        kind: "loopback",
        name: "lo",
        // A fabric brings a device of its own for the address, and it on every port.
        addresses: rings.flatMap((ring) =>
          ring.owner === "frr" ? loopbacksOf(ring, node.name) : [],
        ),
      },
      ...orderByLayer(withMtuChain(interfaces)),
    ],
    deviceOf: deviceByNetwork(spec, node, rings),
  };
}

function unique(interfaces: readonly InterfacePlan[]): InterfacePlan[] {
  return [...new Map(interfaces.map((one) => [one.name, one])).values()];
}

function bare(name: string, mtu: number): Carrier {
  return { name, mtu, addresses: [], gateways: [], routes: [] };
}

/** The name of an interface on this node: a plain port may be another one on each machine. */
function deviceName(spec: ClusterSpec, interfaceName: string, node: string): string {
  const definition = spec.interfaces[interfaceName];
  return definition?.port === undefined
    ? interfaceName
    : (definition.nodes[node]?.ports[0] ?? interfaceName);
}

function declaredInterfaces(spec: ClusterSpec, node: NodePlan): InterfacePlan[] {
  return Object.entries(spec.interfaces).map(([name, definition]): InterfacePlan => {
    const untagged = Object.entries(spec.networks).filter(
      ([, network]) => network.on === name && network.vlan === undefined,
    );
    const carrier = carrierOf(
      deviceName(spec, name, node.name),
      definition.mtu,
      node,
      untagged.filter(([network]) => node.addresses[network] !== undefined),
    );
    const ports = definition.nodes[node.name]?.ports;
    if (definition.bond !== undefined) {
      const { mode, lacpRate, hash, primary } = definition.bond;
      return {
        kind: "bond",
        ...carrier,
        ports: ports ?? definition.bond.ports,
        mode,
        lacpRate,
        hash,
        ...(primary === undefined ? {} : { primary }),
      };
    }
    if (definition.bridge !== undefined) {
      const { vlanAware, vlans } = definition.bridge;
      return {
        kind: "bridge",
        ...carrier,
        ports: ports ?? definition.bridge.ports,
        vlanAware,
        vlans: vlans.split(/[\s,]+/).join(" "),
      };
    }
    return { kind: "port", ...carrier };
  });
}

function carrierOf(
  name: string,
  mtu: number,
  node: NodePlan,
  networks: readonly (readonly [string, NetworkSpec])[],
): Carrier {
  return {
    name,
    mtu: Math.max(mtu, ...networks.map(([, network]) => network.mtu ?? mtu)),
    addresses: networks.flatMap(([network, spec]) => addressesWithPrefix(node, network, spec)),
    gateways: networks.flatMap(([, spec]) => definedOnly([spec.gateway, spec.gateway6])),
    routes: networks.flatMap(([, spec]) => spec.routes),
  };
}

function definedOnly<T>(values: readonly (T | undefined)[]): T[] {
  return values.flatMap((value) => (value === undefined ? [] : [value]));
}

function addressesWithPrefix(node: NodePlan, name: string, network: NetworkSpec): string[] {
  const { ipv4, ipv6 } = node.addresses[name] ?? {};
  return [
    ...(ipv4 === undefined ? [] : [`${ipv4}/${lengthOf(network.cidr, 32)}`]),
    ...(ipv6 === undefined ? [] : [`${ipv6}/${lengthOf(network.cidr6, 128)}`]),
  ];
}

function lengthOf(cidr: string | undefined, single: number): number {
  return cidr === undefined ? single : prefixLength(cidr);
}

/** A VLAN gets a device only where the host has an address in it; guests tag their own frames on the bridge. */
function vlanDevices(spec: ClusterSpec, node: NodePlan): InterfacePlan[] {
  return Object.entries(spec.networks).flatMap(([name, network]): InterfacePlan[] => {
    const { on, vlan } = network;
    if (on === undefined || vlan === undefined || node.addresses[name] === undefined) {
      return [];
    }
    const parent = deviceName(spec, on, node.name);
    const mtu = network.mtu ?? spec.interfaces[on]?.mtu ?? 1500;
    const device = network.device ?? `${parent}.${vlan}`;
    return [{ kind: "vlan", ...carrierOf(device, mtu, node, [[name, network]]), parent, vlan }];
  });
}

function ringPortsOf(ring: RingPlan, node: string): InterfacePlan[] {
  const member = placeIn(ring, node);
  // OSPFv2 builds no adjacency on a port without an address; it lends the loopback's.
  const lent =
    ring.owner === "frr" && ring.protocol === "ospf" && member.loopback4 !== undefined
      ? [`${member.loopback4}/32`]
      : [];
  return member.ports.map((port) => ({
    kind: "ring-port",
    ...bare(port.name, ring.mtu),
    addresses: lent,
    network: ring.network,
  }));
}

function loopbacksOf(ring: RingPlan, node: string): string[] {
  const { loopback4, loopback6 } = placeIn(ring, node);
  return [
    ...(loopback4 === undefined ? [] : [`${loopback4}/32`]),
    ...(loopback6 === undefined ? [] : [`${loopback6}/128`]),
  ];
}

/** What an interface stands on. */
export function below(one: InterfacePlan): readonly string[] {
  switch (one.kind) {
    case "bond":
    case "bridge":
      return one.ports;
    case "vlan":
      return [one.parent];
    case "loopback":
    case "port":
    case "ring-port":
      return [];
  }
}

/** What carries one network on a node, and nothing else: enough for a host that somebody wants to reach. */
export function bearersOf(plan: NodeNetworkPlan, network: string): NodeNetworkPlan {
  const needed = new Set<string>();
  const need = (name: string | undefined): void => {
    const one = plan.interfaces.find((candidate) => candidate.name === name);
    if (one !== undefined && !needed.has(one.name)) {
      needed.add(one.name);
      for (const lower of below(one)) {
        need(lower);
      }
    }
  };
  need(plan.deviceOf[network]);
  return {
    interfaces: plan.interfaces
      .filter(({ kind, name }) => kind === "loopback" || needed.has(name))
      .map((one) => (one.kind === "loopback" ? { ...one, addresses: [] } : one)),
    deviceOf: plan.deviceOf,
  };
}

/**
 * Nothing may be larger than what it stands on: ifupdown2 would clamp it with a mere warning, and storage
 * traffic would stall on a frame that never fits.
 */
function withMtuChain(interfaces: readonly InterfacePlan[]): InterfacePlan[] {
  const needed = new Map<string, number>();
  const need = (name: string, mtu: number): void => {
    if ((needed.get(name) ?? -1) >= mtu) {
      return;
    }
    needed.set(name, mtu);
    const one = interfaces.find((candidate) => candidate.name === name);
    for (const lower of one === undefined ? [] : below(one)) {
      need(lower, mtu);
    }
  };
  for (const one of interfaces) {
    if (one.kind !== "loopback") {
      need(one.name, one.mtu);
    }
  }
  return interfaces.map((one) =>
    one.kind === "loopback" ? one : { ...one, mtu: needed.get(one.name) ?? one.mtu },
  );
}

/** Lower layers first, so that the file reads and comes up in the order of dependence. */
function orderByLayer(interfaces: readonly InterfacePlan[]): InterfacePlan[] {
  const depth = (name: string, seen: readonly string[]): number => {
    const one = interfaces.find((candidate) => candidate.name === name);
    if (one === undefined || seen.includes(name)) {
      return 0;
    }
    return Math.max(0, ...below(one).map((lower) => 1 + depth(lower, [...seen, name])));
  };
  return interfaces
    .map((one) => ({ one, depth: one.kind === "ring-port" ? 99 : depth(one.name, []) }))
    .sort((a, b) => a.depth - b.depth || (a.one.name < b.one.name ? -1 : 1))
    .map(({ one }) => one);
}

/** Where a node's address in a ring stands; a fabric names its device after itself. */
function loopbackDevice(ring: RingPlan): string {
  return ring.owner === "frr" ? "lo" : `dummy_${ring.network}`;
}

function deviceByNetwork(
  spec: ClusterSpec,
  node: NodePlan,
  rings: readonly RingPlan[],
): Record<string, string> {
  const ringDevices = new Map(rings.map((ring) => [ring.network, loopbackDevice(ring)]));
  return Object.fromEntries(
    Object.entries(spec.networks).flatMap(([name, network]): [string, string][] => {
      if (node.addresses[name] === undefined) {
        return [];
      }
      const ringDevice = ringDevices.get(name);
      if (ringDevice !== undefined) {
        return [[name, ringDevice]];
      }
      if (network.on === undefined) {
        return [];
      }
      const parent = deviceName(spec, network.on, node.name);
      const tagged = network.device ?? `${parent}.${network.vlan ?? ""}`;
      return [[name, network.vlan === undefined ? parent : tagged]];
    }),
  );
}
