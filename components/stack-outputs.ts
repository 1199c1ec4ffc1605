import type * as pulumi from "@pulumi/pulumi";
import type { ClusterPlan } from "../config/plan/index.js";
import type { HostBase } from "./host-base.js";
import type { ThunderboltRing } from "./thunderbolt-ring.js";

/** The address of every node, by name. */
export function addressesOf(plan: ClusterPlan): Record<string, string> {
  return Object.fromEntries(plan.nodes.map((node) => [node.name, node.address]));
}

/** Each ring with its members, its cables and what the last measurement of its paths saw. */
export function ringMap(plan: ClusterPlan, rings: readonly ThunderboltRing[]) {
  return Object.fromEntries(
    plan.rings.map(({ network }, at) => [
      network,
      { members: rings[at]?.members, cables: rings[at]?.cables, paths: rings[at]?.paths },
    ]),
  );
}

/** Why each node has to be restarted before everything holds. */
export function rebootReasons(
  plan: ClusterPlan,
  hosts: readonly HostBase[],
): Record<string, pulumi.Output<string[]> | undefined> {
  return Object.fromEntries(plan.nodes.map((node, at) => [node.name, hosts[at]?.rebootReasons]));
}
