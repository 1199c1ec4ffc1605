import type { PruneSpec, StorageOf, StoragePlan } from "./storage.js";

/** What makes one kind of storage different from the others. */
interface StorageKind<Plan> {
  /** Proxmox's own word for it. */
  readonly type: string;
  /** What Proxmox lets it hold. */
  readonly content: readonly string[];
  /** Where its server listens; absent for storages of the hosts themselves. */
  readonly port?: number;
  /** What cannot be changed of it, in words: another place is another storage, whatever its id. */
  place(plan: Plan): string;
  /** The same for people who read a plan. */
  shown(plan: Plan): string;
  /** How a node proves it: by a file in this directory, by a volume, or by Proxmox's own word. */
  probe(plan: Plan): { readonly directory: string } | "volume" | "status";
  /** Options that Proxmox never changes, in its own spelling. */
  fixed(plan: Plan): Readonly<Record<string, string>>;
  /** The others. One that is undefined belongs to whoever set it. */
  options(plan: Plan): Readonly<Record<string, string | undefined>>;
}

type Kinds = { readonly [Type in StoragePlan["type"]]: StorageKind<StorageOf<Type>> };

const FILES = ["images", "rootdir", "vztmpl", "iso", "backup", "snippets", "import"];
const VOLUMES = ["images", "rootdir"];
const mounted = ({ id }: StoragePlan) => ({ directory: `/mnt/pve/${id}` });
const onOrOff = (on: boolean): string => (on ? "1" : "0");

export const storageKinds: Kinds = {
  nfs: {
    type: "nfs",
    content: FILES,
    port: 2049,
    place: ({ server, export: path }) => `nfs ${server}:${path}`,
    shown: ({ server, export: path }) => `NFS ${server}:${path}`,
    probe: mounted,
    fixed: ({ server, export: path }) => ({ server, export: path }),
    options: ({ options }) => ({ options: options === "" ? undefined : options }),
  },
  cifs: {
    type: "cifs",
    content: FILES,
    port: 445,
    place: ({ server, share }) => `cifs //${server}/${share}`,
    shown: ({ server, share }) => `SMB //${server}/${share}`,
    probe: mounted,
    fixed: ({ server, share }) => ({ server, share }),
    options: ({ user, domain, version }) => ({ username: user, domain, smbversion: version }),
  },
  dir: {
    type: "dir",
    content: FILES,
    place: ({ path }) => `dir ${path}`,
    shown: ({ path }) => `directory ${path}`,
    probe: ({ path }) => ({ directory: path }),
    fixed: ({ path }) => ({ path }),
    options: ({ mountPoint, shared }) => ({
      is_mountpoint: mountPoint ? "1" : undefined,
      shared: onOrOff(shared),
    }),
  },
  zfs: {
    type: "zfspool",
    content: VOLUMES,
    place: ({ pool }) => `zfspool ${pool}`,
    shown: ({ pool }) => `ZFS ${pool}`,
    probe: () => "volume",
    fixed: ({ pool }) => ({ pool }),
    options: ({ thin }) => ({ sparse: onOrOff(thin) }),
  },
  lvmThin: {
    type: "lvmthin",
    content: VOLUMES,
    place: ({ volumeGroup, thinPool }) => `lvmthin ${volumeGroup}/${thinPool}`,
    shown: ({ volumeGroup, thinPool }) => `LVM thin ${volumeGroup}/${thinPool}`,
    probe: () => "volume",
    fixed: ({ volumeGroup, thinPool }) => ({ vgname: volumeGroup, thinpool: thinPool }),
    options: () => ({}),
  },
  rbd: {
    type: "rbd",
    content: VOLUMES,
    place: ({ pool, dataPool }) => `rbd ${[pool, ...[dataPool ?? []].flat()].join(" ")}`,
    shown: ({ pool, dataPool }) =>
      dataPool === undefined ? `Ceph pool ${pool}` : `Ceph pools ${dataPool} and ${pool}`,
    probe: () => "volume",
    fixed: ({ pool, dataPool }) => ({
      pool,
      ...(dataPool === undefined ? {} : { "data-pool": dataPool }),
    }),
    options: () => ({}),
  },
  cephfs: {
    type: "cephfs",
    content: FILES.filter((one) => !VOLUMES.includes(one)),
    place: ({ filesystem }) => `cephfs ${filesystem}`,
    shown: ({ filesystem }) => `CephFS ${filesystem}`,
    probe: mounted,
    fixed: () => ({}),
    options: ({ filesystem }) => ({ "fs-name": filesystem }),
  },
  pbs: {
    type: "pbs",
    content: ["backup"],
    port: 8007,
    place: ({ server, datastore }) => `pbs ${server}:${datastore}`,
    shown: ({ server, datastore }) => `backup server ${server}, datastore ${datastore}`,
    probe: () => "status",
    fixed: ({ server, datastore }) => ({ server, datastore }),
    options: ({ namespace, user, fingerprint }) => ({ namespace, username: user, fingerprint }),
  },
};

/** A storage of a pool or a file system belongs to it; told by Proxmox's word for its type, with which its place begins. */
export function isOfCeph(typeOrPlace: string): boolean {
  const [type] = typeOrPlace.split(" ");
  return type === storageKinds.rbd.type || type === storageKinds.cephfs.type;
}

/** All that the table says of one storage. */
export interface StorageFacts {
  readonly place: string;
  readonly shown: string;
  readonly server?: { readonly address: string; readonly port: number };
  readonly probe: ReturnType<StorageKind<StoragePlan>["probe"]>;
  /** The type, and what else Proxmox never changes. */
  readonly type: string;
  readonly fixed: Readonly<Record<string, string>>;
  readonly options: Readonly<Record<string, string>>;
}

export function storageFacts(plan: StoragePlan): StorageFacts {
  return factsOf(plan.type, plan);
}

function factsOf<Type extends StoragePlan["type"]>(
  type: Type,
  plan: StorageOf<Type>,
): StorageFacts {
  const kind: StorageKind<StorageOf<Type>> = storageKinds[type];
  const { content, enabled, prune } = plan;
  const options = {
    content: content.join(","),
    disable: onOrOff(!enabled),
    "prune-backups": prune === undefined ? undefined : pruneOption(prune),
    ...kind.options(plan),
  };
  return {
    place: kind.place(plan),
    shown: kind.shown(plan),
    ...("server" in plan && kind.port !== undefined
      ? { server: { address: plan.server, port: kind.port } }
      : {}),
    probe: kind.probe(plan),
    type: kind.type,
    fixed: kind.fixed(plan),
    options: Object.fromEntries(
      Object.entries(options).flatMap(([key, value]) =>
        value === undefined ? [] : [[key, value]],
      ),
    ),
  };
}

/** `keepDaily: 7` is `keep-daily=7`. */
export function pruneOption(rule: PruneSpec): string {
  return Object.entries(rule)
    .flatMap(([key, value]) => {
      const name = key.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
      return value === undefined || value === false
        ? []
        : [`${name}=${value === true ? 1 : value}`];
    })
    .sort()
    .join(",");
}
