import { contains } from "../../../config/plan/address.js";
import type { ClusterInput } from "../../../config/schema/cluster.js";
import type { Margin } from "../margin.js";
import type { SeenHost, Sight } from "../sight.js";
import { type Attachment, attached, type Group, sharedRange6 } from "./attachments.js";
import { type SeenInterface, seenInterfaces } from "./declared.js";
import { interfaceSection } from "./interfaces.js";
import { managementOf, namesFor, type Uses } from "./network-names.js";
import { tellForeign6, tellOthers } from "./untold-interfaces.js";

export type NetworkInput = ClusterInput["networks"][string];

/** The switched networks of the hosts and what carries them. */
export interface Wires {
  readonly interfaces: ClusterInput["interfaces"];
  readonly networks: Readonly<Record<string, NetworkInput>>;
  /** IPv4 address of each node by network; that of `management` among them. */
  readonly addresses: ByNode;
  /** IPv6, in those of the networks that have it on all nodes. */
  readonly addresses6: ByNode;
}

/** By node, then by network. */
export type ByNode = Readonly<Record<string, Readonly<Record<string, string>>>>;

export function concludeNetworks({ hosts }: Sight, uses: Uses, margin: Margin): Wires {
  const seen = new Map(hosts.map((host) => [host.node, seenInterfaces(host)]));
  const attachments = hosts.flatMap((host) => attached(host, seen.get(host.node) ?? [], margin));
  const whole = [...new Set(attachments.map(({ cidr }) => cidr))].flatMap((cidr) => {
    const all = attachments.filter((one) => one.cidr === cidr);
    const missing = hosts.filter((host) => !all.some((one) => one.host === host));
    if (missing.length > 0) {
      margin.warn(
        `The network ${cidr} is on ${all.map(({ host }) => host.node).join(", ")} and not on ${missing.map(({ node }) => node).join(", ")}; a stack file has networks that all nodes are in.`,
      );
      return [];
    }
    return [{ cidr, all }];
  });
  const management = managementOf(whole);
  const names = namesFor(whole, management, uses);
  const interfaces: Record<string, ClusterInput["interfaces"][string]> = {};
  const networks: Record<string, NetworkInput> = {};
  for (const { cidr, all } of whole) {
    const name = names.get(cidr) ?? cidr;
    const on = carriedBy(name, all, seen);
    for (const [key, section] of Object.entries(
      interfaceSection(on.name, on.carriers, seen, margin),
    )) {
      interfaces[key] ??= section;
    }
    networks[name] = networkSection(cidr, all, on.name, margin);
  }
  for (const bridge of commonBridges(hosts, seen)) {
    const carriers = new Map(hosts.map(({ node }) => [node, bridge]));
    for (const [key, section] of Object.entries(interfaceSection(bridge, carriers, seen, margin))) {
      interfaces[key] ??= section;
    }
  }
  tellOthers(hosts, seen, interfaces, margin);
  tellForeign6(hosts, seen, whole, margin);
  const byNode = (
    of: (group: Group, node: string) => (readonly [network: string, address: string])[],
  ): ByNode =>
    Object.fromEntries(
      hosts.map(({ node }) => [
        node,
        Object.fromEntries(whole.flatMap((group) => of(group, node))),
      ]),
    );
  return {
    interfaces,
    networks: managementFirst(networks),
    addresses: byNode(({ cidr, all }, node) => {
      const own = all.find(({ host }) => host.node === node);
      return own === undefined ? [] : [[names.get(cidr) ?? cidr, own.address]];
    }),
    addresses6: byNode(({ cidr, all }, node) => {
      const own = all.find(({ host }) => host.node === node)?.carrier.addresses6[0];
      const [address] = own?.split("/") ?? [];
      return address === undefined || sharedRange6(all) === undefined
        ? []
        : [[names.get(cidr) ?? cidr, address]];
    }),
  };
}

/** The interface under one name for all nodes: its own where all call it alike, else one after the network. */
function carriedBy(
  network: string,
  all: readonly Attachment[],
  seen: ReadonlyMap<string, readonly SeenInterface[]>,
): { readonly name: string; readonly carriers: ReadonlyMap<string, string> } {
  const carriers = new Map(
    all.map(({ host, carrier }) => [host.node, carrier.parent ?? carrier.name]),
  );
  const names = new Set(carriers.values());
  const [one = network] = names;
  const single = names.size === 1;
  const free = [...seen.values()].every((list) => list.every(({ name }) => name !== network));
  return { name: single || !free ? one : network.slice(0, 15), carriers };
}

function networkSection(
  cidr: string,
  all: readonly Attachment[],
  on: string,
  margin: Margin,
): NetworkInput {
  const carriers = all.map(({ carrier }) => carrier);
  const [first] = carriers;
  const tags = new Set(carriers.map(({ tag }) => tag));
  const tag = first?.tag;
  if (tags.size > 1) {
    margin.warn(
      `The network ${cidr} has several VLANs: ${[...tags].map((one) => one ?? "none").join(", ")}.`,
    );
  }
  const gateway = carriers
    .flatMap((one) => one.gateway ?? [])
    .find((one) => !one.includes(":") && contains(cidr, one));
  const device =
    first !== undefined && tag !== undefined && first.name !== `${on}.${tag}`
      ? first.name
      : undefined;
  const cidr6 = sharedRange6(all);
  const gateway6 = carriers.flatMap((one) => one.gateway6 ?? [])[0];
  const routes = (first?.routes ?? []).filter(
    ({ via }) => !via.includes(":") && contains(cidr, via),
  );
  return {
    cidr,
    ...(gateway === undefined ? {} : { gateway }),
    ...(cidr6 === undefined ? {} : { cidr6 }),
    ...(cidr6 === undefined || gateway6 === undefined || !contains(cidr6, gateway6)
      ? {}
      : { gateway6 }),
    on,
    ...(tag === undefined ? {} : { vlan: tag }),
    ...(device === undefined ? {} : { device }),
    ...(first === undefined || tag === undefined ? {} : { mtu: first.mtu }),
    ...(routes.length === 0 ? {} : { routes }),
  };
}

/** Bridges that all nodes have, for guests. */
function commonBridges(
  hosts: readonly SeenHost[],
  seen: ReadonlyMap<string, readonly SeenInterface[]>,
): string[] {
  const lists = hosts.map(({ node }) =>
    (seen.get(node) ?? []).flatMap(({ kind, name }) => (kind === "bridge" ? [name] : [])),
  );
  return (lists[0] ?? []).filter((name) => lists.every((list) => list.includes(name)));
}

function managementFirst(networks: Record<string, NetworkInput>): Record<string, NetworkInput> {
  const { management, ...others } = networks;
  return management === undefined ? others : { management, ...others };
}
