import type { ClusterSpec } from "../schema/cluster.js";
import type { NodePlan } from "./nodes.js";
import type { RingPlan } from "./ring.js";

export interface HostUserPlan {
  readonly name: string;
  readonly shell: string;
  readonly sudo: "none" | "password" | "no-password";
  readonly keys: readonly string[];
}

/** What one host needs before it becomes a member, apart from its network. */
export interface HostPlan {
  readonly node: string;
  /** Sorted; further ones that a person added stay. */
  readonly packages: readonly string[];
  readonly pins: Readonly<Record<string, string>>;
  readonly timezone: string;
  readonly locale: string;
  readonly users: readonly HostUserPlan[];
  readonly kernelParameters: readonly string[];
}

export function planHosts(
  spec: ClusterSpec,
  nodes: readonly NodePlan[],
  rings: readonly RingPlan[],
): HostPlan[] {
  const { base } = spec;
  const users = Object.entries(base.users)
    .map(([name, { shell, sudo, keys }]) => ({ name, shell, sudo, keys }))
    .sort((a, b) => (a.name < b.name ? -1 : 1));
  return nodes.map((node) => ({
    node: node.name,
    packages: packagesOf(spec, rings),
    pins: base.pins,
    timezone: base.timezone,
    locale: base.locale,
    users,
    kernelParameters: [...new Set([...node.hardware.kernelParameters, ...base.kernelParameters])],
  }));
}

function packagesOf(spec: ClusterSpec, rings: readonly RingPlan[]): string[] {
  const { base } = spec;
  const wanted = [
    "chrony",
    ...(base.lldp ? ["lldpd"] : []),
    ...(base.nodeExporter ? ["prometheus-node-exporter"] : []),
    ...(base.updates === "security" ? ["unattended-upgrades"] : []),
    // The reload tool is a package of its own; without it every change of a route restarts the daemons.
    ...(rings.length > 0 ? ["frr", "frr-pythontools"] : []),
    ...(base.desktop === "mate" ? ["mate-desktop-environment-core", "lightdm"] : []),
    ...base.packages,
    ...Object.keys(base.pins),
  ];
  return [...new Set(wanted)].sort();
}
