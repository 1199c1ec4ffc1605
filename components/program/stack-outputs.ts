import type * as pulumi from "@pulumi/pulumi";
import type { ClusterPlan } from "../../config/plan/index.js";
import type { CorosyncCluster } from "../cluster/corosync-cluster.js";
import type { RingFabric } from "../cluster/ring-fabric.js";
import type { DatacenterOptions } from "../datacenter/datacenter-options.js";
import type { HaPlacement } from "../ha/ha-placement.js";
import type { HostBase } from "../hosts/host-base.js";
import type { ThunderboltRing } from "../network/thunderbolt-ring.js";
import type { StorageReach } from "../storage/storage-reach.js";
import type { Networks } from "./phases.js";

/** The components of which the outputs tell. */
export interface Declared {
  readonly hosts: readonly HostBase[];
  readonly networks: Pick<Networks, "rings" | "bonds" | "cabling">;
  readonly cluster: CorosyncCluster;
  readonly fabrics: readonly RingFabric[];
  readonly datacenter: DatacenterOptions;
  readonly reach: StorageReach;
  readonly placement: HaPlacement;
}

/** What a user gets to read of a cluster, and what other stacks may build on. */
export function outputsOf(plan: ClusterPlan, declared: Declared) {
  const { hosts, networks, cluster, fabrics, datacenter, reach, placement } = declared;
  const { rings, bonds, cabling } = networks;
  return {
    cluster: plan.name,
    endpoint: cluster.endpoint,
    addresses: addressesOf(plan),
    links: cluster.links,
    facts: cluster.facts,
    quorum: cluster.quorum,
    rings: ringMap(plan, rings, fabrics),
    cabling: { cables: cabling.cables, differences: cabling.differences },
    bonds: bonds.saw,
    options: datacenter.options,
    storages: reach.views,
    placements: placementsOf(plan, placement),
    rebootReasons: rebootReasons(plan, hosts),
  };
}

/** The address of every node, by name. */
function addressesOf(plan: ClusterPlan): Record<string, string> {
  return Object.fromEntries(plan.nodes.map((node) => [node.name, node.address]));
}

/** Each ring with its members, its cables and what the last measurement of its paths saw. */
function ringMap(
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
function rebootReasons(
  plan: ClusterPlan,
  hosts: readonly HostBase[],
): Record<string, pulumi.Output<string[]> | undefined> {
  return Object.fromEntries(plan.nodes.map((node, at) => [node.name, hosts[at]?.rebootReasons]));
}

/** What is in force, what waits for a first guest, and which guests do not exist yet. */
function placementsOf(plan: ClusterPlan, placement: HaPlacement) {
  const { groups, rules, resources, waiting: missing } = placement;
  return { groups, rules, resources, waiting: plan.ha.waiting, missing };
}
