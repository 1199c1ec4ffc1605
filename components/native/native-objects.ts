import type { HaGroupPlan } from "../../config/plan/ha.js";
import type { ClusterPlan } from "../../config/plan/index.js";
import type { Wishes } from "../../dynamic-providers/pvesm/roster/schema.js";

/**
 * Something that the native provider makes where it is not there yet. One that is there was made by somebody, and the native provider can't
 * take it over: its token is made in the same run, so a preview can't ask it. Then it is set key by key.
 */
export type NativeObject = Wishes["objects"][number];

export function nativeObjects({ datacenter, ha }: Pick<ClusterPlan, "datacenter" | "ha">) {
  return [...datacenter.pools.map(poolObject), ...ha.groups.map(groupObject)];
}

export function poolObject(pool: string): NativeObject {
  return {
    what: `resource pool ${pool}`,
    path: `/pools/${pool}`,
    made: { at: "/pools", name: pool, key: "poolid" },
    keys: {},
  };
}

export function groupObject(group: HaGroupPlan): NativeObject {
  const { name, nodes, restricted, noFailback, comment } = group;
  return {
    what: `HA group ${name}`,
    path: `/cluster/ha/groups/${name}`,
    made: { at: "/cluster/ha/groups", name, key: "group" },
    keys: {
      nodes: Object.entries(nodes)
        .map(([node, priority]) => `${node}:${priority}`)
        .join(","),
      restricted: restricted ? "1" : "0",
      nofailback: noFailback ? "1" : "0",
      ...(comment === undefined ? {} : { comment }),
    },
  };
}
