import { networkOf } from "../../../config/plan/address.js";
import type { ClusterInput } from "../../../config/schema/cluster.js";
import type { SecretRef } from "../../../config/schema/primitives.js";
import { Margin } from "../margin.js";
import type { Sight } from "../sight.js";
import { concludeBase } from "./base.js";
import { concludeCeph, tellOtherCephStorages } from "./ceph.js";
import { concludeCorosync } from "./corosync.js";
import { concludeDatacenter, migrationNetwork } from "./datacenter.js";
import { concludeHa } from "./high-availability.js";
import { concludeNetworks, type NetworkInput } from "./networks.js";
import { concludeNodes } from "./nodes.js";
import { tellRest } from "./rest.js";
import { concludeRing } from "./ring.js";
import { concludeStorages } from "./storages.js";

/** A stack file before it is text. */
export interface Draft {
  readonly cluster: ClusterInput;
  readonly margin: Margin;
}

/** What a look at hosts cannot tell. */
export interface Given {
  /** Of a cluster that is to be; one that stands has its own. */
  readonly name: string;
  readonly installerPassword: SecretRef | undefined;
  readonly key: SecretRef | undefined;
  readonly region: string | undefined;
  readonly sshPort: number | undefined;
}

/** From what was seen to what a stack file says of it. Pure. */
export function draftOf(sight: Sight, given: Given): Draft {
  const margin = new Margin();
  const { hosts, cluster } = sight;
  const conf = hosts.flatMap(({ membership }) => membership.conf ?? [])[0];
  const nodes = hosts.map(({ node }) => node);
  const ring = concludeRing(sight, margin);
  const wires = concludeNetworks(sight, usesOf(sight), margin);
  const addresses = Object.fromEntries(
    nodes.map((node) => {
      const own = ring?.addresses[node];
      return [node, { ...wires.addresses[node], ...(own === undefined ? {} : { ring: own }) }];
    }),
  );
  const everyAddress = Object.fromEntries(
    nodes.map((node) => {
      const own = ring?.loopbacks[node];
      return [node, { ...wires.addresses[node], ...(own === undefined ? {} : { ring: own }) }];
    }),
  );
  const networks = { ...wires.networks, ...(ring === undefined ? {} : { ring: ring.network }) };
  const nameOf = (cidr: string) => networkNamed(cidr, networks);
  const storage = concludeStorages(cluster.storages, nodes, margin);
  const ceph = concludeCeph(hosts, cluster, nameOf, margin);
  tellOtherCephStorages(cluster.storages, ceph, margin);
  const fencing = nodesWithDevices(sight) ? {} : noDevices(margin);
  const datacenter = concludeDatacenter(cluster, nameOf, margin);
  const ha = concludeHa(cluster, margin);
  const draft: ClusterInput = {
    name: conf?.clusterName ?? given.name,
    proxmox: proxmoxOf(sight, margin),
    access: accessOf(sight, given, margin),
    ...secretsOf(given),
    base: concludeBase(sight, margin),
    nodes: concludeNodes(sight, addresses, wires.addresses6, margin),
    interfaces: wires.interfaces,
    networks,
    corosync: concludeCorosync(
      sight,
      everyAddress,
      { interfaces: wires.interfaces, networks },
      margin,
    ),
    ...unlessEmpty("datacenter", datacenter),
    ...unlessEmpty("storage", storage),
    ...(ceph === undefined ? {} : { ceph }),
    ...unlessEmpty("ha", ha),
    ...unlessEmpty("fencing", fencing),
  };
  tellRest(sight, margin);
  return { cluster: draft, margin };
}

type Section = Pick<ClusterInput, "datacenter" | "storage" | "ha" | "fencing">;

function unlessEmpty<Key extends keyof Section>(
  key: Key,
  section: NonNullable<Section[Key]>,
): Section {
  return Object.keys(section).length === 0 ? {} : { [key]: section };
}

function usesOf({ hosts, cluster }: Sight) {
  const links = hosts.flatMap(({ membership }) =>
    (membership.conf?.nodes ?? []).flatMap((node) => Object.values(node.links)),
  );
  const networks = hosts
    .flatMap(({ addresses }) => addresses)
    .filter(({ cidr }) => links.includes(cidr.split("/")[0] ?? ""));
  const first = (cidr: string | undefined) => {
    const [one] = cidr?.split(",") ?? [];
    return one === undefined ? undefined : networkOf(one);
  };
  return {
    corosync: [...new Set(networks.map(({ cidr }) => networkOf(cidr)))],
    cephPublic: first(cluster.ceph?.publicNetwork),
    cephCluster: first(cluster.ceph?.clusterNetwork),
    migration: migrationNetwork(cluster),
  };
}

function networkNamed(
  cidr: string,
  networks: Readonly<Record<string, NetworkInput>>,
): string | undefined {
  return Object.entries(networks).find(([, one]) =>
    [one.cidr, one.loopbacks].some((each) => each !== undefined && networkOf(each) === cidr),
  )?.[0];
}

function proxmoxOf({ hosts }: Sight, margin: Margin): ClusterInput["proxmox"] {
  const major = hosts[0]?.membership.pveVersion.startsWith("8.") === true ? 8 : 9;
  const channels = hosts[0]?.channels ?? [];
  const subscribed = hosts.every((host) => host.subscribed);
  if (channels.includes("test")) {
    return { major, channel: "test" };
  }
  if (channels.includes("enterprise") && subscribed && !channels.includes("no-subscription")) {
    return { major, channel: "enterprise" };
  }
  if (!channels.includes("no-subscription")) {
    margin.note(
      ["proxmox", "channel"],
      "`enterprise` needs a subscription on every node, and the hosts have none.",
    );
  }
  return { major, channel: "no-subscription" };
}

function accessOf({ hosts }: Sight, given: Given, margin: Margin): ClusterInput["access"] {
  const password =
    given.installerPassword ??
    margin.secret(
      `${given.name}_root_password`,
      "root's password of the hosts; any text where they take the key",
    );
  margin.note(
    ["access", "installerPassword"],
    "A reference, never the password itself: {env: NAME}, {ssm: /path} or {pulumi: key}.",
  );
  if (given.key === undefined && hosts.some(({ takesPasswords }) => !takesPasswords)) {
    margin.note(
      ["access", "installerPassword"],
      "The hosts take keys and no password. Either name one that they take, as key: { env: NAME }, or put the program's own into root's authorized_keys: id_ed25519.pub beside the stack's state, which the first run makes.",
    );
  }
  margin.note(["access", "hostKeys"], "As they were accepted when this file was written.");
  return {
    ...(given.sshPort === undefined || given.sshPort === 22 ? {} : { port: given.sshPort }),
    ...(given.key === undefined ? {} : { key: given.key }),
    installerPassword: password,
    hostKeys: Object.fromEntries(hosts.map(({ node, fingerprint }) => [node, fingerprint])),
  };
}

/** Where parameters lie: all of a cluster below one path. */
export function secretsOf({
  region,
  installerPassword,
  key,
}: Pick<Given, "region" | "installerPassword" | "key">): Pick<ClusterInput, "secrets"> {
  const paths = [installerPassword, key].flatMap((one) =>
    one !== undefined && "ssm" in one ? [one.ssm] : [],
  );
  const [first] = paths;
  return first === undefined
    ? {}
    : {
        secrets: {
          ssm: { region: region ?? "us-east-1", prefix: `/${first.split("/")[1] ?? ""}` },
        },
      };
}

const nodesWithDevices = (sight: Sight): boolean =>
  sight.hosts.some(({ devices }) => devices.some(({ kind }) => kind !== "pdu"));

function noDevices(margin: Margin): NonNullable<ClusterInput["fencing"]> {
  margin.note(
    ["fencing"],
    "No device that could switch a silent node off is known: its own watchdog stops it. With management controllers, write them at their nodes:\nfence: { redfish: { address: 10.0.0.111, login: { user: fence, password: { env: NAME } } } }",
  );
  return { watchdog: true };
}
