import type { ClusterSpec } from "../schema/cluster.js";
import type { SecretRef } from "../schema/primitives.js";
import { consentTo } from "./consents.js";
import type { NodePlan } from "./nodes.js";
import {
  type FileGroup,
  planBaseFiles,
  planPackages,
  planServiceFiles,
} from "./render/base-files.js";
import type { RingPlan } from "./ring.js";

export interface HostUserPlan {
  readonly name: string;
  readonly shell: string;
  readonly sudo: "none" | "password" | "no-password";
  /** Public keys, and places where such are kept. */
  readonly keys: readonly (string | SecretRef)[];
}

/** What takes effect only when the host starts anew, and when it may. */
export interface RebootPlan {
  readonly policy: "ask" | "auto" | "never";
  /** The last day on which a person agreed to a restart of this node although it is a member. */
  readonly consent: Readonly<Record<string, string>>;
  /** Module of the watchdog that Proxmox HA feeds; it is chosen once, at the start. */
  readonly watchdog: string;
  /** Held kernels by package name. */
  readonly kernelPins: Readonly<Record<string, string>>;
  /** Where a person looks when the host does not come back. */
  readonly console: string;
}

/** How far the clocks of the nodes may be apart, and where they come from. */
export interface ClockPlan {
  readonly toleranceMs: number;
  readonly sources: readonly string[];
}

/** Ceph's monitors complain from 50 ms on; tickets and certificates of a cluster bear two seconds. */
export function planClocks(spec: ClusterSpec): ClockPlan {
  return { toleranceMs: spec.ceph === undefined ? 2_000 : 50, sources: spec.base.ntp };
}

/** What one host needs before it becomes a member, apart from its network. */
export interface HostPlan {
  /** Sorted; further ones that a person added stay. */
  readonly packages: readonly string[];
  /** Those that come before the network, where the others are installed while the ring's routes are on their way; else none. */
  readonly firstPackages: readonly string[];
  readonly pins: Readonly<Record<string, string>>;
  readonly timezone: string;
  readonly locale: string;
  readonly users: readonly HostUserPlan[];
  readonly rootKeys: readonly string[];
  readonly kernelParameters: readonly string[];
  readonly reboot: RebootPlan;
  /** Before packages: names, repositories, ssh, kernel settings. */
  readonly baseFiles: readonly FileGroup[];
  /** After packages: configuration of what they bring. */
  readonly serviceFiles: readonly FileGroup[];
}

export function planHost(
  spec: ClusterSpec,
  nodes: readonly NodePlan[],
  node: NodePlan,
  rings: readonly RingPlan[],
): HostPlan {
  const { base } = spec;
  const users = Object.entries(base.users)
    .map(([name, { shell, sudo, keys }]) => ({ name, shell, sudo, keys }))
    .sort((a, b) => (a.name < b.name ? -1 : 1));
  const packages = [
    ...new Set([...planPackages(spec, rings.length > 0), ...Object.keys(base.pins)]),
  ].sort();
  const routes = rings.some((ring) => ring.owner === "frr" && hasPlace(ring, node));
  return {
    packages,
    firstPackages: routes && !hasHookBeforeNetwork(spec) ? packages.filter(isFirst) : [],
    pins: base.pins,
    timezone: base.timezone,
    locale: base.locale,
    users,
    rootKeys: base.rootKeys,
    baseFiles: planBaseFiles(spec, nodes, node),
    serviceFiles: planServiceFiles(spec),
    kernelParameters: [...new Set([...node.hardware.kernelParameters, ...base.kernelParameters])],
    reboot: planReboot(spec, node),
  };
}

/** Proxmox's kernels, as their meta packages are called: `proxmox-kernel-6.14`. */
const KERNEL_PACKAGE = /^(proxmox|pve)-kernel-\d+\.\d+$/;

/** What the ring's routing is made of, and what takes effect when a host starts: it starts before its network changes. */
const isFirst = (name: string): boolean => /^frr(-|$)|kernel|firmware|microcode/.test(name);

const hasPlace = (ring: RingPlan, { name }: NodePlan): boolean =>
  ring.nodes.some(({ node }) => node === name);

/** A command of the stack file between hosts and network finds hosts that have everything. */
const hasHookBeforeNetwork = ({ hooks }: ClusterSpec): boolean =>
  hooks.some(
    ({ phase, when }) =>
      (phase === "hosts" && when === "after") || (phase === "network" && when === "before"),
  );

function planReboot(spec: ClusterSpec, node: NodePlan): RebootPlan {
  const name = consentTo.reboot(node.name);
  const consent = spec.consent[name];
  return {
    policy: spec.base.reboots,
    consent: consent === undefined ? {} : { [name]: consent },
    watchdog: node.hardware.watchdog,
    kernelPins: Object.fromEntries(
      Object.entries(spec.base.pins).filter(([name]) => KERNEL_PACKAGE.test(name)),
    ),
    console: consoleOf(spec, node.name),
  };
}

function consoleOf(spec: ClusterSpec, node: string): string {
  const { amt, redfish, ipmi } = spec.nodes[node]?.fence ?? {};
  return [
    ...(amt === undefined ? [] : [`AMT at ${amt.address}`]),
    ...(redfish === undefined ? [] : [`Redfish at ${redfish.address}`]),
    ...(ipmi === undefined ? [] : [`IPMI at ${ipmi.address}`]),
  ].join(", ");
}
