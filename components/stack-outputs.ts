import type * as pulumi from "@pulumi/pulumi";
import type { ClusterPlan } from "../config/plan/index.js";
import type { HaPlacement } from "./ha-placement.js";
import type { HostBase } from "./host-base.js";
import type { RingFabric } from "./ring-fabric.js";
import type { ThunderboltRing } from "./thunderbolt-ring.js";

/** The address of every node, by name. */
export function addressesOf(plan: ClusterPlan): Record<string, string> {
  return Object.fromEntries(plan.nodes.map((node) => [node.name, node.address]));
}

/** Each ring with its members, its cables and what the last measurement of its paths saw. */
export function ringMap(
  plan: ClusterPlan,
  rings: readonly ThunderboltRing[],
  fabrics: readonly RingFabric[],
) {
  return Object.fromEntries(
    plan.rings.map(({ network }, at) => {
      const fabric = fabrics[plan.fabrics.findIndex(({ id }) => id === network)];
      const paths = fabric?.paths ?? rings[at]?.paths;
      return [network, { members: rings[at]?.members, cables: rings[at]?.cables, paths }];
    }),
  );
}

/** Why each node has to be restarted before everything holds. */
export function rebootReasons(
  plan: ClusterPlan,
  hosts: readonly HostBase[],
): Record<string, pulumi.Output<string[]> | undefined> {
  return Object.fromEntries(plan.nodes.map((node, at) => [node.name, hosts[at]?.rebootReasons]));
}

/** What is in force, what waits for a first guest, and which guests do not exist yet. */
export function placementsOf(plan: ClusterPlan, placement: HaPlacement) {
  const { groups, rules, resources, waiting: missing } = placement;
  return { groups, rules, resources, waiting: plan.ha.waiting, missing };
}
