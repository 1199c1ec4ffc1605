import type { ClusterSpec } from "../schema/cluster.js";
import type { SecretRef } from "../schema/primitives.js";
import { poolsOfErasure } from "./ceph-erasure.js";
import { cephHindrances } from "./ceph-hindrances.js";
import { present } from "./present.js";

type StorageSpec = ClusterSpec["storage"][string];
export type PruneSpec = NonNullable<StorageSpec["prune"]>;

interface Common {
  readonly id: string;
  readonly content: readonly string[];
  /** Nodes that use it; absent when all do. */
  readonly nodes?: readonly string[];
  readonly enabled: boolean;
  readonly prune?: PruneSpec;
  /** Whether a guest on it can start on another node. */
  readonly shared: boolean;
  readonly adopt: boolean;
}

export type StoragePlan = Common &
  (
    | {
        readonly type: "nfs";
        readonly server: string;
        readonly export: string;
        readonly options: string;
      }
    | {
        readonly type: "cifs";
        readonly server: string;
        readonly share: string;
        readonly user?: string;
        readonly password?: SecretRef;
        readonly domain?: string;
        readonly version?: string;
      }
    | { readonly type: "dir"; readonly path: string; readonly mountPoint: boolean }
    | { readonly type: "zfs"; readonly pool: string; readonly thin: boolean }
    | { readonly type: "lvmThin"; readonly volumeGroup: string; readonly thinPool: string }
    | { readonly type: "rbd"; readonly pool: string; readonly dataPool?: string }
    | { readonly type: "cephfs"; readonly filesystem: string }
    | {
        readonly type: "pbs";
        readonly server: string;
        readonly datastore: string;
        readonly namespace?: string;
        readonly user: string;
        readonly password: SecretRef;
        readonly fingerprint?: string;
        readonly encryptionKey?: SecretRef;
      }
  );

export type StorageOf<Type extends StoragePlan["type"]> = Extract<
  StoragePlan,
  { readonly type: Type }
>;

export function planStorages(spec: ClusterSpec): StoragePlan[] {
  return [
    ...Object.entries(spec.storage).flatMap(([id, storage]) =>
      planStorage(id, storage, spec.adopt || storage.adopt),
    ),
    ...planCephStorages(spec),
  ].sort((a, b) => (a.id < b.id ? -1 : 1));
}

/** Of the pools and file systems that are made: on every node, because each of them reaches Ceph. */
function planCephStorages(spec: ClusterSpec): StoragePlan[] {
  const { ceph } = spec;
  if (ceph === undefined || cephHindrances(spec).length > 0) {
    return [];
  }
  const common = { enabled: true, shared: true, adopt: spec.adopt };
  return [
    ...Object.entries(ceph.pools).flatMap(
      ([name, { application, erasure, storage = name, content }]): StoragePlan[] => {
        const { data: dataPool, metadata } = poolsOfErasure(name);
        const pools = erasure === undefined ? { pool: name } : { pool: metadata, dataPool };
        return storage === null || application !== "rbd"
          ? []
          : [{ ...common, id: storage, type: "rbd", ...pools, content: [...content].sort() }];
      },
    ),
    ...Object.entries(ceph.filesystems).flatMap(
      ([filesystem, { storage = filesystem, content }]): StoragePlan[] =>
        storage === null
          ? []
          : [{ ...common, id: storage, type: "cephfs", filesystem, content: [...content].sort() }],
    ),
  ];
}

function planStorage(id: string, spec: StorageSpec, adopt: boolean): StoragePlan[] {
  const common = {
    id,
    // Proxmox keeps no order, so a fixed one here makes two equal sets equal.
    content: [...spec.content].sort(),
    ...(spec.nodes === undefined ? {} : { nodes: [...spec.nodes].sort() }),
    enabled: spec.enabled,
    ...(spec.prune === undefined ? {} : { prune: spec.prune }),
    adopt,
  };
  const { nfs, cifs, dir, zfs, lvmThin, pbs } = spec;
  if (nfs !== undefined) {
    return [
      {
        ...common,
        type: "nfs",
        shared: true,
        server: nfs.server,
        export: nfs.export,
        options: nfs.options.join(","),
      },
    ];
  }
  if (cifs !== undefined) {
    const { server, share, ...optional } = cifs;
    return [{ ...common, type: "cifs", shared: true, server, share, ...present(optional) }];
  }
  if (dir !== undefined) {
    return [
      {
        ...common,
        type: "dir",
        shared: dir.shared,
        path: dir.path,
        mountPoint: dir.mountPoint,
      },
    ];
  }
  if (zfs !== undefined) {
    return [{ ...common, type: "zfs", shared: false, pool: zfs.pool, thin: zfs.thin }];
  }
  if (lvmThin !== undefined) {
    return [{ ...common, type: "lvmThin", shared: false, ...lvmThin }];
  }
  if (pbs !== undefined) {
    const { server, datastore, user, password, ...optional } = pbs;
    return [
      {
        ...common,
        type: "pbs",
        shared: true,
        server,
        datastore,
        user,
        password,
        ...present(optional),
      },
    ];
  }
  return [];
}

/** Storages that Ceph brings; they are made with their pools, not declared. */
export function cephStorageIds(spec: ClusterSpec): string[] {
  const { ceph } = spec;
  if (ceph === undefined) {
    return [];
  }
  const disks = Object.entries(ceph.pools).filter(([, { application }]) => application === "rbd");
  const named = [...disks, ...Object.entries(ceph.filesystems)];
  return named.flatMap(([name, one]) => {
    const id = one.storage === undefined ? name : one.storage;
    return id === null ? [] : [id];
  });
}

/** Whether the storage is there for a node to use. */
export function usedBy(storage: StoragePlan, node: string): boolean {
  return storage.enabled && (storage.nodes?.includes(node) ?? true);
}
