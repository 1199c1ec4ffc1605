import { canonical, contains, prefixLength } from "../../config/plan/address.js";
import { type FenceDevicePlan, planFencing } from "../../config/plan/fence.js";
import { MANAGEMENT, type NodePlan, planNodes } from "../../config/plan/nodes.js";
import { planPackages } from "../../config/plan/render/base-files.js";
import { planRings, type RingPlan } from "../../config/plan/ring.js";
import { namedSecrets } from "../../config/plan/secrets.js";
import type { ClusterSpec } from "../../config/schema/cluster.js";
import type { SecretRef } from "../../config/schema/primitives.js";
import { controllerAddresses, servedAddresses } from "./controller-addresses.js";
import { type Fabric, physicalPorts, planFabrics } from "./fabrics.js";
import { macOf, uuidOf } from "./identity.js";
import { planDisks } from "./plan-disks.js";
import { planNas } from "./plan-nas.js";
import { planPbs } from "./plan-pbs.js";
import { planQnetd } from "./plan-qnetd.js";
import { remarksOn } from "./remarks.js";
import type {
  BmcPlan,
  CablePlan,
  HostPlan,
  NetworkPlan,
  PortPlan,
  SecretName,
  ServerPlan,
  TwinPlan,
} from "./twin-plan.js";

export interface StackOrigin {
  readonly stack: string;
  readonly file: string;
}

/** Turns a stack file's spec into the twin that stands for the cluster. Takes a spec that passed its rules. */
export function planTwin(spec: ClusterSpec, origin: StackOrigin): TwinPlan {
  const nodes = planNodes(spec);
  const rings = planRings(spec, nodes);
  const fabrics = planFabrics(spec);
  const nas = planNas(spec);
  const pbs = planPbs(spec, secretNameOf);
  const qnetd = planQnetd(spec, secretNameOf);
  const bmcs = planBmcs(spec, nodes);
  const networks = planNetworks(
    spec,
    fabrics,
    claimedAddresses(spec, nodes, [...nas, ...pbs, ...qnetd], bmcs),
  );
  const disks = planDisks(spec, nodes);
  const cables = planCables(rings);
  const inside = (one: string) =>
    networks.some(({ cidr, cidr6 }) =>
      [cidr, cidr6].some((range) => range !== undefined && contains(range, one)),
    );
  return {
    ...origin,
    cluster: spec.name,
    major: spec.proxmox.major,
    suite: spec.proxmox.major === 8 ? "bookworm" : "trixie",
    channel: spec.proxmox.channel,
    domain: spec.base.domain,
    timezone: spec.base.timezone,
    dns: spec.base.dns,
    ntp: spec.base.ntp,
    packages: [
      ...new Set([...planPackages(spec, rings.length > 0), ...Object.keys(spec.base.pins)]),
    ].toSorted(),
    hosts: nodes.map((node) => ({
      ...planHost(spec, node, fabrics, cables),
      uuid: machineUuid(bmcs, node.name) ?? uuidOf(spec.name, node.name),
      disks: disks.get(node.name) ?? [],
    })),
    switches: fabrics.map(({ name, mtu }) => ({ name, mtu })),
    networks,
    cables,
    nas,
    pbs,
    qnetd,
    bmcs,
    names: [
      ...nodes.map((node) => ({ address: node.address, names: [node.fqdn, node.name] })),
      ...[...nas, ...pbs, ...qnetd].map(({ address, name }) => ({
        address,
        names: [`${name}.${spec.base.domain}`, name],
      })),
    ],
    foreign: [...new Set(servedAddresses(spec))].filter((one) => !inside(one)),
    secrets: {
      ...(spec.secrets.ssm === undefined
        ? {}
        : { ssm: { region: spec.secrets.ssm.region, prefix: spec.secrets.ssm.prefix } }),
      installerPassword: secretNameOf(spec.access.installerPassword),
      all: namedSecrets(spec).map((use) => ({
        secret: secretNameOf(use.reference),
        purpose: use.purpose,
        form: formOf(use.path),
      })),
    },
    remarks: remarksOn(spec),
  };
}

function formOf(path: string): TwinPlan["secrets"]["all"][number]["form"] {
  if (path.endsWith(".encryptionKey")) return "backup-key";
  return path.startsWith("base.users.") ? "public-key" : "password";
}

export function secretNameOf(reference: SecretRef): SecretName {
  if ("ssm" in reference) return { kind: "ssm", name: reference.ssm };
  if ("env" in reference) return { kind: "env", name: reference.env };
  return { kind: "pulumi", name: reference.pulumi };
}

function planHost(
  spec: ClusterSpec,
  node: NodePlan,
  fabrics: readonly Fabric[],
  cables: readonly CablePlan[],
): Omit<HostPlan, "uuid" | "disks"> {
  const management = spec.networks[MANAGEMENT];
  const fabricOf = new Map(
    fabrics.flatMap((fabric) =>
      physicalPorts(spec, fabric.name, node.name).map((port) => [port, fabric.name] as const),
    ),
  );
  const cableOf = new Map(
    cables.flatMap((cable) =>
      [cable.a, cable.b]
        .filter((end) => end.host === node.name)
        .map((end) => [end.port, cable.name] as const),
    ),
  );
  const names = new Set([
    ...node.hardware.nics.map((nic) => nic.name),
    ...fabricOf.keys(),
    ...cableOf.keys(),
  ]);
  const ports = [...names].map((name): PortPlan => {
    const cable = cableOf.get(name);
    const fabric = fabricOf.get(name);
    return {
      name,
      mac: macOf(spec.name, node.name, name),
      plug:
        cable !== undefined
          ? { kind: "cable", cable }
          : fabric !== undefined
            ? { kind: "switch", switch: fabric }
            : { kind: "none" },
    };
  });
  const [port = "eth0"] =
    management?.on === undefined ? [] : physicalPorts(spec, management.on, node.name);
  const bridge =
    management?.on !== undefined && spec.interfaces[management.on]?.bridge !== undefined
      ? management.on
      : "vmbr0";
  const vlan = management?.vlan;
  return {
    name: node.name,
    fqdn: node.fqdn,
    address: {
      ip: node.address,
      prefix: management?.cidr === undefined ? 24 : prefixLength(management.cidr),
    },
    ...(management?.gateway === undefined ? {} : { gateway: management.gateway }),
    ports,
    installed: {
      port,
      bridge,
      ...(vlan === undefined ? {} : { vlan }),
      device: vlan === undefined ? bridge : (management?.device ?? `${bridge}.${vlan}`),
    },
  };
}

function planNetworks(
  spec: ClusterSpec,
  fabrics: readonly Fabric[],
  claimed: ReadonlySet<string>,
): NetworkPlan[] {
  const served = servedAddresses(spec);
  return Object.entries(spec.networks).flatMap(([name, network]): NetworkPlan[] => {
    const { on } = network;
    const fabric =
      on === undefined ? undefined : fabrics.find((one) => one.interfaces.includes(on));
    if (on === undefined || fabric === undefined) return [];
    return [
      {
        name,
        switch: fabric.name,
        ...(network.vlan === undefined ? {} : { vlan: network.vlan }),
        ...(network.cidr === undefined ? {} : { cidr: network.cidr }),
        ...(network.cidr6 === undefined ? {} : { cidr6: network.cidr6 }),
        mtu: network.mtu ?? spec.interfaces[on]?.mtu ?? 1500,
        controller: controllerAddresses(network, served, claimed),
      },
    ];
  });
}

function claimedAddresses(
  spec: ClusterSpec,
  nodes: readonly NodePlan[],
  servers: readonly ServerPlan[],
  bmcs: readonly BmcPlan[],
): ReadonlySet<string> {
  return new Set([
    ...nodes.flatMap((node) =>
      Object.values(node.addresses).flatMap(({ ipv4, ipv6 }) =>
        [ipv4, ipv6].flatMap((one) => one ?? []),
      ),
    ),
    ...servers.map((one) => one.address),
    ...bmcs.map((one) => one.address),
    ...Object.values(spec.guests).flatMap((guest) =>
      guest.nics.flatMap((nic) => nic.address ?? []),
    ),
  ]);
}

/** A stack file that declares no cabling leaves it open; the twin then runs the ring in the order of the nodes. */
function planCables(rings: readonly RingPlan[]): CablePlan[] {
  return rings.flatMap((ring) =>
    ring.cables.map(([a, b]) => ({
      name: `${a.node}.${a.port}-${b.node}.${b.port}`,
      kind: "thunderbolt" as const,
      mtu: ring.mtu,
      a: { host: a.node, port: a.port },
      b: { host: b.node, port: b.port },
    })),
  );
}

/** As its management controller has it. */
function machineUuid(bmcs: readonly BmcPlan[], node: string): string | undefined {
  return bmcs.flatMap((bmc) => (bmc.kind !== "pdu" && bmc.node === node ? [bmc.uuid] : []))[0];
}

function planBmcs(spec: ClusterSpec, nodes: readonly NodePlan[]): BmcPlan[] {
  return planFencing(spec, nodes).devices.flatMap((device): BmcPlan[] =>
    device.kind === "pdu"
      ? outletsOf(device)
      : [
          {
            node: device.node,
            kind: device.kind,
            address: canonical(device.address),
            port: device.port,
            user: device.user,
            password: secretNameOf(device.password),
            uuid: device.uuid ?? uuidOf(spec.name, device.node),
            hostname: device.node,
          },
        ],
  );
}

function outletsOf({ node, address, port, user, password, strip }: FenceDevicePlan): BmcPlan[] {
  if (strip === undefined) return [];
  const { outlets, table, account } = strip;
  const second = account?.encryptionPassword;
  return [
    {
      node,
      kind: "pdu",
      address: canonical(address),
      port,
      outlets: [...outlets],
      table: {
        off: table.off,
        on: table.on,
        state: table.state,
        ...(table.name === undefined ? {} : { name: table.name }),
      },
      password: secretNameOf(password),
      ...(account === undefined
        ? {}
        : {
            account: {
              user,
              authentication: account.authentication,
              encryption: account.encryption,
              ...(second === undefined ? {} : { encryptionPassword: secretNameOf(second) }),
            },
          }),
    },
  ];
}
