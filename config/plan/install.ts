import type { ClusterSpec } from "../schema/cluster.js";
import { familyOf, prefixLength } from "./address.js";
import { bearersOf, type NodeNetworkPlan } from "./interfaces.js";
import { MANAGEMENT, type NodePlan } from "./nodes.js";
import { present } from "./present.js";

export type InstallSpec = NonNullable<ClusterSpec["install"]>;
export type Layout = NonNullable<InstallSpec["layout"]>;
export type SystemDisks = NonNullable<InstallSpec["disks"]>;

/** How many disks a layout takes at least; ext4 and xfs take one and no more. */
export const LEAST_DISKS: Readonly<Record<Layout, number>> = {
  ext4: 1,
  xfs: 1,
  "zfs-raid0": 1,
  "zfs-raid1": 2,
  "zfs-raid10": 4,
  "zfs-raidz-1": 3,
  "zfs-raidz-2": 4,
};

/** What one machine is installed on; without a rule for its disks nobody may choose one. */
export interface SystemPlan {
  readonly disks?: SystemDisks;
  readonly layout: Layout;
  readonly roomBytes?: number;
}

/** Everything that Proxmox's installer is told about one node, apart from who may log in. */
export interface InstallPlan extends SystemPlan {
  readonly node: string;
  readonly fqdn: string;
  readonly country: string;
  readonly keyboard: string;
  readonly mail: string;
  readonly timezone: string;
  readonly afterwards: InstallSpec["afterwards"];
  /** Its management address with the length of the prefix. */
  readonly address: string;
  readonly gateway?: string;
  readonly dns: string;
  /** The port that the installer puts the address on. */
  readonly port?: { readonly name: string; readonly mac?: string };
  /** Names that ports keep, by hardware address; installers of 8 cannot. */
  readonly pinned: Readonly<Record<string, string>>;
  /**
   * The network with which the host comes up at its first boot, where the installer's own would reach nobody: it knows neither
   * VLANs nor bonds.
   */
  readonly firstNetwork?: NodeNetworkPlan;
}

export function planSystem(spec: ClusterSpec, node: string): SystemPlan {
  const own = spec.nodes[node]?.install;
  return {
    layout: own?.layout ?? spec.install?.layout ?? "ext4",
    ...present({
      disks: own?.disks ?? spec.install?.disks,
      roomBytes: own?.room ?? spec.install?.room,
    }),
  };
}

/** Nothing where the file says nothing about installations. */
export function planInstall(
  spec: ClusterSpec,
  node: NodePlan,
  network: NodeNetworkPlan,
): InstallPlan | undefined {
  const { install } = spec;
  if (install === undefined) {
    return undefined;
  }
  const { country, keyboard, mail, afterwards } = install;
  const management = spec.networks[MANAGEMENT];
  const family = familyOf(node.address);
  const prefix = family === "ipv4" ? management?.cidr : management?.cidr6;
  const bearers = bearersOf(network, MANAGEMENT);
  const carrying = bearers.interfaces.flatMap((one) => (one.kind === "port" ? [one.name] : []));
  const plain = bearers.interfaces.every(({ kind }) => kind !== "vlan" && kind !== "bond");
  const ports = Object.entries(spec.nodes[node.name]?.install?.ports ?? {}).map(
    ([name, mac]) => [name, mac.toLowerCase()] as const,
  );
  // Of several in a bond any will do; one whose address is known cannot be mistaken for another.
  const [known] = ports.filter(([name]) => carrying.includes(name));
  const port = known?.[0] ?? carrying[0];
  const mac = known?.[1];
  return {
    node: node.name,
    fqdn: node.fqdn,
    country,
    keyboard,
    mail,
    timezone: spec.base.timezone,
    afterwards,
    address: `${node.address}/${prefix === undefined ? 32 : prefixLength(prefix)}`,
    dns: spec.base.dns.find((one) => familyOf(one) === family) ?? spec.base.dns[0] ?? "",
    ...present({
      gateway: family === "ipv4" ? management?.gateway : management?.gateway6,
      port: port === undefined ? undefined : { name: port, ...present({ mac }) },
      firstNetwork: plain ? undefined : bearers,
    }),
    pinned:
      spec.proxmox.major === 8
        ? {}
        : Object.fromEntries(ports.map(([name, address]) => [address, name])),
    ...planSystem(spec, node.name),
  };
}
