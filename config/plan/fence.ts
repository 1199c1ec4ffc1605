import { OUTLET_TABLES, type OutletTable } from "../hardware/outlet-tables.js";
import type { ClusterSpec } from "../schema/cluster.js";
import type { OutletsSpec } from "../schema/outlets.js";
import type { SecretRef } from "../schema/primitives.js";
import { contains } from "./address.js";
import type { NodePlan } from "./nodes.js";

export type FenceDeviceKind = "redfish" | "amt" | "ipmi" | "pdu";

export interface FenceDevicePlan {
  readonly node: string;
  readonly kind: FenceDeviceKind;
  /** Tried in this order; the power strip is the second, independent level. */
  readonly level: number;
  readonly address: string;
  readonly port: number;
  /** Empty where a community is all there is. */
  readonly user: string;
  readonly password: SecretRef;
  readonly uuid?: string;
  readonly fingerprint?: string;
  /** Id of the ComputerSystem of a Redfish service that has several. */
  readonly system?: string;
  readonly cipherSuite?: 3 | 17;
  readonly strip?: StripPlan;
}

/** What a power distribution unit is asked, and how. */
export interface StripPlan {
  readonly outlets: readonly string[];
  readonly table: OutletTable;
  /** Undefined: SNMPv2c, where the password is the community. */
  readonly account:
    | {
        readonly authentication: "sha" | "sha256" | "sha512";
        readonly encryption: "aes" | "aes256";
        readonly encryptionPassword?: SecretRef | undefined;
      }
    | undefined;
}

/** How a node reaches a device. */
export type FencePath =
  | { readonly kind: "direct"; readonly network: string }
  | { readonly kind: "route"; readonly network: string; readonly via: string }
  | { readonly kind: "gateway"; readonly network: string; readonly via: string }
  | { readonly kind: "none" };

export interface FencePair {
  readonly by: string;
  readonly target: string;
  readonly device: FenceDeviceKind;
  readonly level: number;
  readonly address: string;
  readonly path: FencePath;
}

export interface FencePlan {
  readonly power: boolean;
  /** Nodes that run a fencer: all, where any of them has a device that fencers use. */
  readonly fencers: readonly string[];
  readonly watchdogs: Readonly<Record<string, string>>;
  readonly devices: readonly FenceDevicePlan[];
  /** Those that fencers use: none where no power is cut. */
  readonly used: readonly FenceDevicePlan[];
  /** Who can switch off whom, by which device, through which network. */
  readonly matrix: readonly FencePair[];
  /** Nodes that only their own watchdog can stop. */
  readonly watchdogOnly: readonly string[];
  readonly timing: {
    readonly delayMs: number;
    readonly offTimeoutMs: number;
    readonly startupGraceMs: number;
  };
}

/** Where the fencer lies on a host, and how it is called there. */
export const FENCER_FOLDER = "/usr/lib/proxmox-ha/fencer";
export const FENCER_PROGRAM = `${FENCER_FOLDER}/main.py`;
export const FENCER_COMMAND = `/usr/bin/python3 -I -B ${FENCER_PROGRAM}`;
/** How it reaches its peers' devices, with their passwords. */
export const FENCER_CONFIG = "/etc/proxmox-ha/fencer/fencer.json";

/** Said wherever it is told who can switch off whom. */
export function onlyItsWatchdog(node: string): string {
  return `${node}: only its own watchdog stops it`;
}

/** Power controllers first: they confirm Off. A strip cuts everything on the outlet and confirms only itself. */
const LEVELS: readonly FenceDeviceKind[] = ["redfish", "amt", "ipmi", "pdu"];

export function planFencing(spec: ClusterSpec, nodes: readonly NodePlan[]): FencePlan {
  const devices = nodes.flatMap((node) => devicesOf(spec, node.name));
  const power = spec.fencing.power === "on";
  const used = power ? devices : [];
  return {
    power,
    fencers:
      used.length > 0 && spec.fencing.serveFrom === "all-nodes"
        ? nodes.map(({ name }) => name)
        : [],
    watchdogs: Object.fromEntries(
      nodes.map((node) => [node.name, spec.fencing.watchdog ? node.hardware.watchdog : "none"]),
    ),
    devices,
    used,
    matrix: power ? matrixOf(spec, nodes, devices) : [],
    watchdogOnly: nodes
      .filter((node) => !used.some((device) => device.node === node.name))
      .map((node) => node.name),
    timing: {
      delayMs: spec.fencing.delay,
      offTimeoutMs: spec.fencing.offTimeout,
      startupGraceMs: spec.fencing.startupGrace,
    },
  };
}

function devicesOf(spec: ClusterSpec, node: string): FenceDevicePlan[] {
  const devices = spec.nodes[node]?.fence;
  if (devices === undefined) {
    return [];
  }
  // All strips that feed a node are one level: it is off when each of them is.
  return LEVELS.map((kind) => devicePlan(node, kind, devices))
    .filter((level) => level.length > 0)
    .flatMap((level, index) => level.map((device) => ({ ...device, level: index + 1 })));
}

type FenceSpec = NonNullable<ClusterSpec["nodes"][string]["fence"]>;

function devicePlan(
  node: string,
  kind: FenceDeviceKind,
  { redfish, amt, ipmi, pdu }: FenceSpec,
): Omit<FenceDevicePlan, "level">[] {
  switch (kind) {
    case "redfish":
      return redfish === undefined
        ? []
        : [{ ...controller(node, kind, redfish), ...defined({ system: redfish.system }) }];
    case "amt":
      return amt === undefined ? [] : [controller(node, kind, amt)];
    case "ipmi":
      return ipmi === undefined
        ? []
        : [{ ...controller(node, kind, ipmi), cipherSuite: ipmi.cipherSuite }];
    case "pdu":
      return (pdu ?? []).flatMap((unit) => stripPlan(node, unit));
  }
}

function stripPlan(node: string, unit: OutletsSpec): Omit<FenceDevicePlan, "level">[] {
  const { address, port, outlets, login, community } = unit;
  const password = login?.password ?? community;
  const table = unit.model === "other-snmp" ? unit.table : OUTLET_TABLES[unit.model];
  return password === undefined || table === undefined
    ? []
    : [
        {
          node,
          kind: "pdu",
          address,
          port,
          user: login?.user ?? "",
          password,
          strip: { outlets, table, account: login },
        },
      ];
}

function controller(
  node: string,
  kind: FenceDeviceKind,
  device: Parameters<typeof account>[0] & {
    readonly port: number;
    readonly uuid?: string | undefined;
    readonly fingerprint?: string | undefined;
  },
): Omit<FenceDevicePlan, "level"> {
  const { port, uuid, fingerprint } = device;
  return { ...account(device), node, kind, port, ...defined({ uuid, fingerprint }) };
}

function account({
  address,
  login,
}: {
  readonly address: string;
  readonly login: { readonly user: string; readonly password: SecretRef };
}) {
  return { address, user: login.user, password: login.password };
}

/** Without what is undefined. */
function defined<T extends Readonly<Record<string, string | undefined>>>(
  values: T,
): { [Key in keyof T]?: string } {
  const result: { [Key in keyof T]?: string } = {};
  for (const key in values) {
    if (values[key] !== undefined) {
      result[key] = values[key];
    }
  }
  return result;
}

/** How the other nodes reach one device. */
export function waysTo(
  { node, kind, address }: Pick<FenceDevicePlan, "node" | "kind" | "address">,
  { matrix }: Pick<FencePlan, "matrix">,
): FencePair[] {
  return matrix.filter(
    (pair) => pair.target === node && pair.device === kind && pair.address === address,
  );
}

function matrixOf(
  spec: ClusterSpec,
  nodes: readonly NodePlan[],
  devices: readonly FenceDevicePlan[],
): FencePair[] {
  return devices.flatMap((device) =>
    nodes
      .filter((node) => node.name !== device.node)
      .map((node) => ({
        by: node.name,
        target: device.node,
        device: device.kind,
        level: device.level,
        address: device.address,
        path: pathTo(spec, node, device.address),
      })),
  );
}

function pathTo(spec: ClusterSpec, node: NodePlan, address: string): FencePath {
  const networks = Object.entries(spec.networks).filter(
    ([name]) => node.addresses[name] !== undefined,
  );
  for (const [network, one] of networks) {
    if ([one.cidr, one.cidr6].some((cidr) => cidr !== undefined && contains(cidr, address))) {
      return { kind: "direct", network };
    }
  }
  for (const [network, one] of networks) {
    const route = one.routes.find(({ to }) => contains(to, address));
    if (route !== undefined) {
      return { kind: "route", network, via: route.via };
    }
  }
  const outward = networks.find(([, one]) => one.gateway !== undefined);
  return outward?.[1].gateway === undefined
    ? { kind: "none" }
    : { kind: "gateway", network: outward[0], via: outward[1].gateway };
}
