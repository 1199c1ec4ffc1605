import type { ClusterSpec } from "../schema/cluster.js";
import type { FencePlan } from "./fence.js";
import type { NodePlan } from "./nodes.js";

/** One parameter that other programs may read. Paths follow one scheme: cluster/, nodes/<node>/, network/<network>/. */
export interface PublishedFact {
  /** Below the stack's prefix: `cluster/name`. */
  readonly path: string;
  readonly type: "String" | "StringList";
  readonly value: string;
}

/** What is known before anything is built, without any secret: names, addresses, networks. */
export function planPublished(
  spec: ClusterSpec,
  nodes: readonly NodePlan[],
  fencing: Pick<FencePlan, "devices">,
): PublishedFact[] {
  return [
    text("cluster/name", spec.name),
    // Proxmox knows no other identity of a cluster than its name.
    text("cluster/id", spec.name),
    { path: "cluster/nodes", type: "StringList", value: nodes.map(({ name }) => name).join(",") },
    text("cluster/proxmox_major", String(spec.proxmox.major)),
    ...nodes.flatMap((node) => nodeFacts(spec, node, fencing)),
    ...byName(spec.networks).flatMap(([name, network]) => networkFacts(name, network)),
  ];
}

function nodeFacts(
  spec: ClusterSpec,
  node: NodePlan,
  { devices }: Pick<FencePlan, "devices">,
): PublishedFact[] {
  // Of `pve1-node1` in `pve1`, the prefix says the first half already.
  const short = node.name.startsWith(`${spec.name}-`)
    ? node.name.slice(spec.name.length + 1)
    : node.name;
  const device = devices.find((one) => one.node === node.name && one.kind !== "pdu");
  return [
    text(`nodes/${short}/hostname`, node.name),
    ...byName(node.addresses).flatMap(([network, { ipv4, ipv6 }]) => {
      const key = keyOf(network, spec.networks[network]?.vlan);
      return [
        ...(ipv4 === undefined ? [] : [text(`nodes/${short}/${key}_ip`, ipv4)]),
        ...(ipv6 === undefined ? [] : [text(`nodes/${short}/${key}_ipv6`, ipv6)]),
      ];
    }),
    ...(device === undefined ? [] : [text(`nodes/${short}/ipmi_ip`, device.address)]),
  ];
}

function networkFacts(name: string, network: ClusterSpec["networks"][string]): PublishedFact[] {
  const facts: readonly (readonly [string, string | number | undefined])[] = [
    ["name", name],
    ["subnet", network.cidr],
    ["gateway", network.gateway],
    ["vlan_id", network.vlan],
    ["mtu", network.mtu],
  ];
  return facts.flatMap(([fact, value]) =>
    value === undefined
      ? []
      : [text(`network/${keyOf(name, network.vlan)}/${fact}`, String(value))],
  );
}

function byName<T>(record: Readonly<Record<string, T>>): [string, T][] {
  return Object.entries(record).sort(([a], [b]) => (a < b ? -1 : 1));
}

const keyOf = (network: string, vlan: number | undefined): string =>
  vlan === undefined ? network : `vlan${vlan}`;

const text = (path: string, value: string): PublishedFact => ({ path, type: "String", value });
