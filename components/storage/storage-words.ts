import type { PruneSpec, StoragePlan } from "../../config/plan/storage.js";

/** A storage in Proxmox's own spelling. */
export interface StorageWords {
  readonly type: string;
  /** What Proxmox never changes of it. */
  readonly fixed: Readonly<Record<string, string>>;
  readonly options: Readonly<Record<string, string>>;
}

export function wordsOf(storage: StoragePlan): StorageWords {
  const { type, fixed, options } = kindWords(storage);
  const all = {
    content: storage.content.join(","),
    disable: storage.enabled ? "0" : "1",
    "prune-backups": storage.prune === undefined ? undefined : pruneWords(storage.prune),
    ...options,
  };
  return {
    type,
    fixed,
    options: Object.fromEntries(
      Object.entries(all).flatMap(([key, value]) => (value === undefined ? [] : [[key, value]])),
    ),
  };
}

interface KindWords {
  readonly type: string;
  readonly fixed: Readonly<Record<string, string>>;
  readonly options: Readonly<Record<string, string | undefined>>;
}

function kindWords(storage: StoragePlan): KindWords {
  switch (storage.type) {
    case "nfs": {
      const { server, export: path, options } = storage;
      return {
        type: "nfs",
        fixed: { server, export: path },
        options: { options: options === "" ? undefined : options },
      };
    }
    case "cifs": {
      const { server, share, user, domain, version } = storage;
      return {
        type: "cifs",
        fixed: { server, share },
        options: { username: user, domain, smbversion: version },
      };
    }
    case "dir":
      return {
        type: "dir",
        fixed: { path: storage.path },
        options: {
          is_mountpoint: storage.mountPoint ? "1" : undefined,
          shared: storage.shared ? "1" : "0",
        },
      };
    case "zfs":
      return {
        type: "zfspool",
        fixed: { pool: storage.pool },
        options: { sparse: storage.thin ? "1" : "0" },
      };
    case "lvmThin":
      return {
        type: "lvmthin",
        fixed: { vgname: storage.volumeGroup, thinpool: storage.thinPool },
        options: {},
      };
    case "pbs": {
      const { server, datastore, namespace, user, fingerprint } = storage;
      return {
        type: "pbs",
        fixed: { server, datastore },
        options: { namespace, username: user, fingerprint },
      };
    }
  }
}

/** `keepDaily: 7` is `keep-daily=7`. */
function pruneWords(rule: PruneSpec): string {
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
