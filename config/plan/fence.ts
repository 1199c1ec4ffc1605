import type { ClusterSpec } from "../schema/cluster.js";
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
  readonly port?: number;
  readonly user: string;
  readonly password: SecretRef;
  readonly uuid?: string;
  readonly fingerprint?: string;
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
  readonly path: FencePath;
}

export interface FencePlan {
  readonly power: boolean;
  readonly watchdogs: Readonly<Record<string, string>>;
  readonly devices: readonly FenceDevicePlan[];
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

/** Power controllers first: they confirm Off. A strip cuts everything on the outlet and confirms only itself. */
const LEVELS: readonly FenceDeviceKind[] = ["redfish", "amt", "ipmi", "pdu"];

export function planFencing(spec: ClusterSpec, nodes: readonly NodePlan[]): FencePlan {
  const devices = nodes.flatMap((node) => devicesOf(spec, node.name));
  const power = spec.fencing.power === "on";
  return {
    power,
    watchdogs: Object.fromEntries(
      nodes.map((node) => [node.name, spec.fencing.watchdog ? node.hardware.watchdog : "none"]),
    ),
    devices,
    matrix: power ? matrixOf(spec, nodes, devices) : [],
    watchdogOnly: nodes
      .filter((node) => !power || !devices.some((device) => device.node === node.name))
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
  return LEVELS.flatMap((kind) => devicePlan(node, kind, devices)).map((device, index) => ({
    ...device,
    level: index + 1,
  }));
}

type FenceSpec = NonNullable<ClusterSpec["nodes"][string]["fence"]>;

function devicePlan(
  node: string,
  kind: FenceDeviceKind,
  devices: FenceSpec,
): Omit<FenceDevicePlan, "level">[] {
  const device = devices[kind];
  if (device === undefined) {
    return [];
  }
  const { uuid, fingerprint, port } = {
    uuid: undefined,
    fingerprint: undefined,
    port: undefined,
    ...device,
  };
  return [
    {
      node,
      kind,
      address: device.address,
      ...(port === undefined ? {} : { port }),
      user: device.login.user,
      password: device.login.password,
      ...(uuid === undefined ? {} : { uuid }),
      ...(fingerprint === undefined ? {} : { fingerprint }),
    },
  ];
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
        path: pathTo(spec, node, device.address),
      })),
  );
}

const ADDRESS = /^[0-9.]+$|:/;

function pathTo(spec: ClusterSpec, node: NodePlan, address: string): FencePath {
  const networks = Object.entries(spec.networks).filter(
    ([name]) => node.addresses[name] !== undefined,
  );
  if (ADDRESS.test(address)) {
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
  }
  const outward = networks.find(([, one]) => one.gateway !== undefined);
  return outward?.[1].gateway === undefined
    ? { kind: "none" }
    : { kind: "gateway", network: outward[0], via: outward[1].gateway };
}
