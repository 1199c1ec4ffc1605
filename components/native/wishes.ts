import type { HaGroupPlan } from "../../config/plan/ha.js";
import type { ClusterPlan } from "../../config/plan/index.js";
import type { StoragePlan } from "../../config/plan/storage.js";
import { storageFacts } from "../../config/plan/storage-kinds.js";
import type { Native, NativeWish } from "../../dynamic-providers/native/native-schema.js";

/** One thing of the file that the native provider may make: what must not be lost of it, and what it shall be. */
export interface Wanted {
  readonly native: Native;
  readonly wish: NativeWish;
}

/** All of them, for the roster: a kind that is missing here is made without a look and goes without one. */
export function wantedNatives({ adopt, datacenter, ha, storages }: ClusterPlan): Wanted[] {
  return [
    ...storages.map(wantedStorage),
    ...datacenter.pools.map((pool) => wantedPool(pool, adopt)),
    ...ha.groups.map((group) => wantedGroup(group, adopt)),
  ];
}

export function wantedStorage(storage: StoragePlan): Wanted {
  const identity = { kind: "storage", name: storage.id } as const;
  const { place, type, fixed, options } = storageFacts(storage);
  const { adopt, shared, nodes } = storage;
  return {
    native: { ...identity, place, shared, ...(nodes === undefined ? {} : { nodes: [...nodes] }) },
    wish: {
      ...identity,
      fixed: { type, ...fixed },
      keys: { ...options, ...(nodes === undefined ? {} : { nodes: nodes.join(",") }) },
      adopt,
    },
  };
}

export function wantedPool(name: string, adopt: boolean): Wanted {
  const identity = { kind: "resourcePool", name } as const;
  return { native: identity, wish: { ...identity, fixed: {}, keys: {}, adopt } };
}

export function wantedGroup(group: HaGroupPlan, adopt: boolean): Wanted {
  const { name, nodes, restricted, noFailback, comment } = group;
  const identity = { kind: "haGroup", name } as const;
  const keys = {
    nodes: Object.entries(nodes)
      .map(([node, priority]) => `${node}:${priority}`)
      .join(","),
    restricted: restricted ? "1" : "0",
    nofailback: noFailback ? "1" : "0",
    ...(comment === undefined ? {} : { comment }),
  };
  return { native: identity, wish: { ...identity, fixed: {}, keys, adopt } };
}
