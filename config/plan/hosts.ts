import type { ClusterSpec } from "../schema/cluster.js";
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
  /** Before packages: names, repositories, ssh, kernel settings. */
  readonly baseFiles: readonly FileGroup[];
  /** After packages: configuration of what they bring. */
  readonly serviceFiles: readonly FileGroup[];
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
    packages: [
      ...new Set([...planPackages(spec, rings.length > 0), ...Object.keys(base.pins)]),
    ].sort(),
    pins: base.pins,
    timezone: base.timezone,
    locale: base.locale,
    users,
    baseFiles: planBaseFiles(spec, nodes, node),
    serviceFiles: planServiceFiles(spec),
    kernelParameters: [...new Set([...node.hardware.kernelParameters, ...base.kernelParameters])],
  }));
}
