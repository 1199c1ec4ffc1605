import { contains, networkOf } from "../../../config/plan/address.js";
import type { ClusterInput } from "../../../config/schema/cluster.js";
import type { Margin } from "../margin.js";
import type { SeenHost, Sight } from "../sight.js";
import { type SeenInterface, seenInterfaces } from "./declared.js";
import { interfaceSection } from "./interfaces.js";

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

/** One network on one host. */
interface Attachment {
  readonly host: SeenHost;
  readonly cidr: string;
  readonly address: string;
  readonly carrier: SeenInterface;
}

/** What a network is used for decides its name. */
export interface Uses {
  /** Networks in which links of corosync have their addresses. */
  readonly corosync: readonly string[];
  readonly cephPublic: string | undefined;
  readonly cephCluster: string | undefined;
  readonly migration: string | undefined;
}

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

function attached(host: SeenHost, seen: readonly SeenInterface[], margin: Margin): Attachment[] {
  const found = seen.flatMap((carrier) =>
    carrier.addresses.flatMap((cidr) => {
      const [address = ""] = cidr.split("/");
      return [{ host, cidr: networkOf(cidr), address, carrier }];
    }),
  );
  const firsts = found.filter((one, at) => found.findIndex(({ cidr }) => cidr === one.cidr) === at);
  for (const { address, carrier } of found.filter((one) => !firsts.includes(one))) {
    margin.warn(`a second address in one network: ${address} on ${carrier.name}.`, host.node);
  }
  for (const { interface: name, cidr } of host.addresses) {
    const [address = ""] = cidr.split("/");
    const declared =
      found.some((one) => one.address === address) ||
      seen.some(({ addresses6 }) => addresses6.includes(cidr));
    if (!declared && name !== "lo" && !name.startsWith("dummy")) {
      margin.leave(
        `the address ${cidr} on ${name}, which /etc/network/interfaces does not say.`,
        host.node,
      );
    }
  }
  return firsts;
}

type Group = { readonly cidr: string; readonly all: readonly Attachment[] };

/** Where the names of the hosts lead to; else where they were asked, or where they have their gateway. */
function managementOf(groups: readonly Group[]): Group | undefined {
  const by = (fits: (one: Attachment) => boolean) => groups.find(({ all }) => all.every(fits));
  return (
    by(({ host, address }) => host.membership.ownAddress === address) ??
    by(({ host, address }) => host.address === address) ??
    by(({ carrier }) => carrier.gateway !== undefined) ??
    groups[0]
  );
}

function namesFor(
  groups: readonly Group[],
  management: Group | undefined,
  uses: Uses,
): Map<string, string> {
  const names = new Map<string, string>();
  const taken = new Set<string>();
  const give = (cidr: string, wished: string): void => {
    let name = wished;
    for (let at = 2; taken.has(name); at += 1) {
      name = `${wished}${at}`;
    }
    taken.add(name);
    names.set(cidr, name);
  };
  if (management !== undefined) {
    give(management.cidr, "management");
  }
  for (const { cidr, all } of groups.filter((one) => one !== management)) {
    const [first] = all;
    const tag = first?.carrier.tag;
    give(
      cidr,
      [uses.cephPublic, uses.cephCluster].includes(cidr)
        ? "storage"
        : uses.corosync.includes(cidr)
          ? "corosync"
          : uses.migration === cidr
            ? "migration"
            : tag === undefined
              ? "network"
              : `vlan${tag}`,
    );
  }
  return names;
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

/** The one IPv6 range that all nodes have beside their IPv4 addresses. A node has one address in the management network. */
function sharedRange6(all: readonly Attachment[]): string | undefined {
  if (all.every(({ host, address }) => host.membership.ownAddress === address)) {
    return undefined;
  }
  const ranges = all.map(({ carrier }) => carrier.addresses6.map(networkOf));
  const [first] = ranges[0] ?? [];
  return ranges.every((own) => own.length === 1 && own[0] === first) ? first : undefined;
}

/** Addresses that are part of no network in the file. */
function tellForeign6(
  hosts: readonly SeenHost[],
  seen: ReadonlyMap<string, readonly SeenInterface[]>,
  whole: readonly Group[],
  margin: Margin,
): void {
  const said = whole.flatMap(({ all }) =>
    sharedRange6(all) === undefined ? [] : all.map(({ carrier }) => carrier),
  );
  for (const { node } of hosts) {
    for (const one of (seen.get(node) ?? []).filter((carrier) => !said.includes(carrier))) {
      for (const address of one.addresses6) {
        margin.warn(
          `${address} on ${one.name} is in no network of all nodes, or beside the node's own IPv4 address.`,
          node,
        );
      }
    }
  }
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

/** What a run would write anew without, because no field stands for it. */
function tellOthers(
  hosts: readonly SeenHost[],
  seen: ReadonlyMap<string, readonly SeenInterface[]>,
  interfaces: ClusterInput["interfaces"],
  margin: Margin,
): void {
  const below = new Set(
    hosts.flatMap(({ node }) => (seen.get(node) ?? []).flatMap(({ ports }) => ports)),
  );
  for (const { node } of hosts) {
    for (const one of seen.get(node) ?? []) {
      for (const line of one.foreign) {
        margin.warn(`${one.name} has the line "${line}" in /etc/network/interfaces.`, node);
      }
      const said =
        one.name in interfaces ||
        below.has(one.name) ||
        one.addresses.length > 0 ||
        (one.kind === "port" && one.foreign.length === 0);
      if (!said) {
        const kind = one.kind === "other" ? "interface" : one.kind;
        margin.warn(`the ${kind} ${one.name} carries no network of all nodes.`, node);
      }
    }
  }
}

function managementFirst(networks: Record<string, NetworkInput>): Record<string, NetworkInput> {
  const { management, ...others } = networks;
  return management === undefined ? others : { management, ...others };
}
