import { z } from "zod";
import type { ClusterInput } from "../../../config/schema/cluster.js";
import type { FoundStorage } from "../look/cluster-parts.js";
import type { Margin } from "../margin.js";
import { pairsOf } from "./datacenter.js";

type StorageInput = NonNullable<ClusterInput["storage"]>[string];
type Kind = Pick<StorageInput, "nfs" | "cifs" | "dir" | "zfs" | "lvmThin" | "pbs">;
type Content = StorageInput["content"][number];
type PruneInput = NonNullable<StorageInput["prune"]>;

/** An installation brings them; they stay as they are, and up to the hosts. */
const INSTALLED = /^(local|local-lvm|local-zfs|local-btrfs)$/;
const CONTENT = ["images", "rootdir", "vztmpl", "iso", "backup", "snippets", "import"] as const;
const PRUNE = {
  "keep-all": "keepAll",
  "keep-last": "keepLast",
  "keep-hourly": "keepHourly",
  "keep-daily": "keepDaily",
  "keep-weekly": "keepWeekly",
  "keep-monthly": "keepMonthly",
  "keep-yearly": "keepYearly",
} as const;
/** Said by other fields, made by Proxmox, or of no effect. */
const SAID =
  /^(storage|type|content|nodes|disable|shared|digest|prune-backups|path|server|export|options|share|username|domain|smbversion|is_mountpoint|pool|sparse|vgname|thinpool|datastore|namespace|fingerprint|encryption-key|krbd|monhost|fs-name|data-pool)$/;

const text = z.union([z.string(), z.number()]).transform(String).optional().catch(undefined);

/** Those of servers and of the hosts; those on Ceph stand at their pools. */
export function concludeStorages(
  found: readonly FoundStorage[],
  nodes: readonly string[],
  margin: Margin,
): NonNullable<ClusterInput["storage"]> {
  return Object.fromEntries(
    found
      .filter(
        ({ storage, type }) => !INSTALLED.test(storage) && type !== "rbd" && type !== "cephfs",
      )
      .toSorted((a, b) => (a.storage < b.storage ? -1 : 1))
      .flatMap((one) => {
        const kind = kindOf(one, margin);
        const content = CONTENT.filter((each) => one.content.split(",").includes(each));
        if (kind === undefined || content.length === 0) {
          margin.leave(`The storage ${one.storage} (${one.type}, ${one.content || "no content"}).`);
          return [];
        }
        for (const [key, value] of Object.entries(one)) {
          if (!SAID.test(key) && !isUsual(key, value)) {
            margin.leave(`The storage ${one.storage} has the option ${key}=${String(value)}.`);
          }
        }
        return [[one.storage, { ...kind, ...common(one, content, nodes) }] as const];
      }),
  );
}

/** What Proxmox does anyhow, written out. */
function isUsual(key: string, value: unknown): boolean {
  return /^create-(base-path|subdirs)$/.test(key) && ["1", "yes", "true"].includes(String(value));
}

function common(
  one: FoundStorage,
  content: readonly Content[],
  nodes: readonly string[],
): Pick<StorageInput, "content" | "nodes" | "prune" | "enabled"> {
  const only = (one.nodes ?? "").split(",").filter((node) => nodes.includes(node));
  const prune = pruneOf(one["prune-backups"]);
  return {
    content: [...content],
    ...(only.length === 0 ? {} : { nodes: only }),
    ...(prune === undefined ? {} : { prune }),
    ...(one.disable === true ? { enabled: false } : {}),
  };
}

function pruneOf(said: FoundStorage["prune-backups"]): PruneInput | undefined {
  const words = typeof said === "string" ? pairsOf(said, "keep-all") : (said ?? {});
  const prune: PruneInput = {};
  for (const [key, field] of Object.entries(PRUNE)) {
    const value = words[key];
    if (value !== undefined && value !== "0") {
      if (field === "keepAll") {
        prune.keepAll = true;
      } else {
        prune[field] = Number(value);
      }
    }
  }
  return Object.keys(prune).length === 0 ? undefined : prune;
}

function kindOf(one: FoundStorage, margin: Margin): Kind | undefined {
  const of = (key: string): string | undefined => text.parse(one[key]);
  const need = (...keys: readonly string[]): string[] | undefined => {
    const values = keys.flatMap((key) => of(key) ?? []);
    return values.length === keys.length ? values : undefined;
  };
  const id = one.storage;
  switch (one.type) {
    case "nfs": {
      const [server, path] = need("server", "export") ?? [];
      const options = (of("options") ?? "").split(",").filter((word) => word !== "");
      return server === undefined || path === undefined
        ? undefined
        : { nfs: { server, export: path, ...(options.length === 0 ? {} : { options }) } };
    }
    case "cifs":
      return cifsOf(one, need("server", "share"), margin);
    case "dir": {
      const path = of("path");
      return path === undefined
        ? undefined
        : {
            dir: {
              path,
              ...(["1", "yes"].includes(of("is_mountpoint") ?? "") ? { mountPoint: true } : {}),
              ...(one.shared === true ? { shared: true } : {}),
            },
          };
    }
    case "zfspool": {
      const pool = of("pool");
      return pool === undefined
        ? undefined
        : { zfs: { pool, ...(of("sparse") === "1" ? {} : { thin: false }) } };
    }
    case "lvmthin": {
      const [volumeGroup, thinPool] = need("vgname", "thinpool") ?? [];
      return volumeGroup === undefined || thinPool === undefined
        ? undefined
        : { lvmThin: { volumeGroup, thinPool } };
    }
    case "pbs": {
      const [server, datastore, user] = need("server", "datastore", "username") ?? [];
      const namespace = of("namespace");
      const fingerprint = of("fingerprint");
      return server === undefined || datastore === undefined || user === undefined
        ? undefined
        : {
            pbs: {
              server,
              datastore,
              ...(namespace === undefined ? {} : { namespace }),
              user,
              password: margin.secret(
                `${id}_password`,
                `password or token secret of ${user} on the backup server ${server}`,
              ),
              ...(fingerprint === undefined ? {} : { fingerprint: fingerprint.toUpperCase() }),
              ...(of("encryption-key") === undefined
                ? {}
                : {
                    encryptionKey: margin.secret(
                      `${id}_key`,
                      `encryption key of the storage ${id}, from /etc/pve/priv/storage/${id}.enc`,
                    ),
                  }),
            },
          };
    }
    default:
      return undefined;
  }
}

const VERSIONS = ["2.0", "2.1", "3", "3.0", "3.11"] as const;

function cifsOf(
  one: FoundStorage,
  place: readonly string[] | undefined,
  margin: Margin,
): Kind | undefined {
  const [server, share] = place ?? [];
  if (server === undefined || share === undefined) {
    return undefined;
  }
  const user = text.parse(one.username);
  const domain = text.parse(one.domain);
  const version = VERSIONS.find((each) => each === text.parse(one.smbversion));
  return {
    cifs: {
      server,
      share,
      ...(user === undefined
        ? {}
        : {
            user,
            password: margin.secret(`${one.storage}_password`, `password of ${user} on ${server}`),
          }),
      ...(domain === undefined ? {} : { domain }),
      ...(version === undefined ? {} : { version }),
    },
  };
}
