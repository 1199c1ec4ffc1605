import type { ClusterSpec } from "../schema/cluster.js";
import { isLinkLocal } from "./address.js";
import type { NetworkSpec, NodePlan } from "./nodes.js";

export type RingProtocol = "openfabric" | "ospf" | "bgp";
export type RingTopology = "ring" | "chain" | "pair";

export interface RingPort {
  readonly name: string;
  /** udev's ID_PATH of the controller; absent where the hardware profile does not know it. */
  readonly path?: string;
}

export interface RingEnd {
  readonly node: string;
  readonly port: string;
}

export interface RingNode {
  readonly node: string;
  readonly ports: readonly RingPort[];
  readonly loopback4?: string;
  readonly loopback6?: string;
  /** Network entity title of OpenFabric, from the IPv4 loopback as Proxmox itself derives it. */
  readonly net: string;
  readonly routerId: string;
  readonly asNumber: number;
  readonly neighbours: readonly string[];
}

/** A routed ring: addresses on `lo`, none on the ports, and a routing protocol in between. */
export interface RingPlan {
  readonly network: string;
  readonly topology: RingTopology;
  readonly protocol: RingProtocol;
  readonly owner: "frr" | "sdn-fabric";
  readonly mtu: number;
  readonly helloMs: number;
  readonly loopbacks4?: string;
  readonly loopbacks6?: string;
  readonly nodes: readonly RingNode[];
  readonly cables: readonly (readonly [RingEnd, RingEnd])[];
  /** Cables as the file declares them are compared with what is observed; derived ones are only an assumption. */
  readonly cablesDeclared: boolean;
}

const FIRST_PRIVATE_AS = 65_000;

/** Around the ring nodes stand by their ids: who founds the cluster moves no cable. */
export function planRings(spec: ClusterSpec, all: readonly NodePlan[]): RingPlan[] {
  const nodes = [...all].sort((a, b) => a.id - b.id);
  return Object.entries(spec.networks).flatMap(([name, network]) =>
    network.thunderbolt === undefined ? [] : [planRing(spec, name, network, nodes)],
  );
}

function planRing(
  spec: ClusterSpec,
  name: string,
  network: NetworkSpec,
  nodes: readonly NodePlan[],
): RingPlan {
  const ring = network.thunderbolt;
  const topology = ring?.topology ?? "ring";
  const ports = new Map(nodes.map((node) => [node.name, portsOf(network, node)]));
  const derived = cablesOf(nodes, ports, topology);
  const declared = ring?.cabling?.map(([a, b]) => [endOf(a), endOf(b)] as const);
  const cables = declared ?? derived;
  return {
    network: name,
    topology,
    protocol: protocolOf(spec, network),
    owner: ring?.owner ?? "frr",
    mtu: network.mtu ?? Math.min(...nodes.map((node) => node.hardware.ringMtu)),
    helloMs: ring?.hello ?? 1_000,
    ...(network.loopbacks === undefined ? {} : { loopbacks4: network.loopbacks }),
    ...(network.loopbacks6 === undefined ? {} : { loopbacks6: network.loopbacks6 }),
    nodes: nodes.map((node) => ringNode(name, node, ports.get(node.name) ?? [], cables)),
    cables,
    cablesDeclared: declared !== undefined,
  };
}

/** Every node of a cluster is in each of its rings; without its place it would come up without routing. */
export function placeIn(ring: RingPlan, node: string): RingNode {
  const place = ring.nodes.find((one) => one.node === node);
  if (place === undefined) {
    const members = ring.nodes.map((one) => one.node).join(", ");
    throw new Error(`${node} has no place in the ring ${ring.network} of ${members}`);
  }
  return place;
}

/** FRR before 9.0, as on Proxmox VE 8, drops link-local loopbacks from OpenFabric without a word; OSPF carries them. */
function protocolOf(spec: ClusterSpec, network: NetworkSpec): RingProtocol {
  const linkLocal = network.loopbacks !== undefined && isLinkLocal(network.loopbacks);
  const fallback = spec.proxmox.major === 8 && linkLocal ? "ospf" : "openfabric";
  return network.thunderbolt?.protocol ?? fallback;
}

function portsOf(network: NetworkSpec, node: NodePlan): RingPort[] {
  const known = node.hardware.thunderboltPorts;
  const names = network.thunderbolt?.ports ?? known.map((port) => port.name);
  return names.map((name, index) => {
    const match = known.find((port) => port.name === name) ?? known[index];
    return match === undefined ? { name } : { name, path: match.path };
  });
}

function cablesOf(
  nodes: readonly NodePlan[],
  ports: ReadonlyMap<string, readonly RingPort[]>,
  topology: RingTopology,
): (readonly [RingEnd, RingEnd])[] {
  // Two nodes have one cable between them, whatever the shape is called.
  const closed = topology === "ring" && nodes.length > 2;
  const starts = topology === "pair" ? nodes.slice(0, 1) : closed ? nodes : nodes.slice(0, -1);
  return starts.flatMap((node, index) => {
    const next = nodes[(index + 1) % nodes.length];
    const from = ports.get(node.name)?.at(-1);
    const to = next === undefined ? undefined : ports.get(next.name)?.[0];
    return next === undefined || from === undefined || to === undefined
      ? []
      : [
          [
            { node: node.name, port: from.name },
            { node: next.name, port: to.name },
          ] as const,
        ];
  });
}

function endOf(text: string): RingEnd {
  const [node = "", port = ""] = text.split(":");
  return { node, port };
}

function ringNode(
  network: string,
  node: NodePlan,
  ports: readonly RingPort[],
  cables: readonly (readonly [RingEnd, RingEnd])[],
): RingNode {
  const { ipv4, ipv6 } = node.addresses[network] ?? {};
  const neighbours = cables.flatMap(([a, b]) =>
    a.node === node.name ? [b.node] : b.node === node.name ? [a.node] : [],
  );
  return {
    node: node.name,
    ports,
    ...(ipv4 === undefined ? {} : { loopback4: ipv4 }),
    ...(ipv6 === undefined ? {} : { loopback6: ipv6 }),
    // A router id is 32 bits also where the ring speaks IPv6 only.
    routerId: ipv4 ?? `0.0.0.${node.id}`,
    net: ipv4 === undefined ? netOfIpv6(ipv6, node.id) : netOfIpv4(ipv4),
    asNumber: FIRST_PRIVATE_AS + node.id,
    neighbours: [...new Set(neighbours)].sort(),
  };
}

/** Each octet padded to three digits, the twelve digits regrouped by four: 10.0.0.81 is 0100.0000.0081. */
export function netOfIpv4(address: string): string {
  const digits = address
    .split(".")
    .map((octet) => octet.padStart(3, "0"))
    .join("");
  return net(digits);
}

function netOfIpv6(address: string | undefined, id: number): string {
  const groups = address === undefined ? [] : expand(address).slice(-3);
  return net(groups.length === 3 ? groups.join("") : String(id).padStart(12, "0"));
}

function expand(address: string): string[] {
  const [head = "", tail] = address.split("::");
  const left = head === "" ? [] : head.split(":");
  const right = tail === undefined || tail === "" ? [] : tail.split(":");
  const zeros = tail === undefined ? [] : Array<string>(8 - left.length - right.length).fill("0");
  return [...left, ...zeros, ...right].map((group) => group.padStart(4, "0"));
}

function net(twelveDigits: string): string {
  const groups = twelveDigits.match(/.{4}/g) ?? [];
  return `49.0001.${groups.join(".")}.00`;
}
