import type { ClusterFacts } from "./look/cluster-parts.js";
import type { HostFacts } from "./look/host-facts.js";

/** All that was seen. Hosts stand in the order of their ids. */
export interface Sight {
  readonly hosts: readonly SeenHost[];
  /** What the first member, or the first host, says beyond itself. */
  readonly cluster: ClusterFacts;
}

export interface SeenHost extends HostFacts {
  /** What the stack file calls it. */
  readonly node: string;
  readonly id: number;
}

/** Whether somebody has made a cluster of them already. */
export const isFormed = ({ hosts }: Pick<Sight, "hosts">): boolean =>
  hosts.some(({ membership }) => membership.conf !== undefined);
