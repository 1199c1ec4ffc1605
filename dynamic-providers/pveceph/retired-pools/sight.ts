import { z } from "zod";
import { poolsOfErasure } from "../../../config/plan/ceph-erasure.js";
import { poolsOfFilesystem } from "../../../config/plan/ceph-filesystems.js";
import type { Host } from "../../kit/runtime.js";
import { STORAGES } from "../../pvesm/definition.js";
import { type Holdings, lookAtHoldings } from "../../pvesm/holdings.js";
import { CEPH } from "../../shell/ceph.js";
import { ask } from "../../transport/pvesh/ask.js";
import { get } from "../../transport/pvesh/calls.js";
import { apiPath } from "../../transport/pvesh/endpoints.js";
import { look, type Part } from "../../transport/pvesh/part.js";
import { raw, sh } from "../../transport/ssh/quoting.js";
import { askCeph } from "../ceph-command.js";
import { FILESYSTEMS } from "../filesystem-map.js";
import type { RetiredPool } from "./schema.js";

const number = z.union([z.number(), z.string()]).transform(Number);
const poolRow = z.object({
  pool: number,
  pool_name: z.string(),
  type: z.string(),
  application_metadata: z.record(z.string(), z.unknown()).default({}),
});
const USAGE = askCeph(
  ["df"],
  z.object({
    pools: z.array(
      z.object({
        name: z.string(),
        stats: z.object({ stored: z.number().default(0), objects: z.number().default(0) }),
      }),
    ),
  }),
);
const SESSIONS = z.array(
  z.object({
    entity: z.object({ addr: z.object({ addr: z.string().default("") }).optional() }).optional(),
    client_metadata: z.object({ hostname: z.string().default("") }).default({ hostname: "" }),
  }),
);

export interface FoundPool {
  readonly id: number;
  readonly name: string;
  readonly type: string;
  readonly isForFiles: boolean;
  readonly storedBytes: number;
  readonly objects: number;
  /** Names of images, of namespaces, or of objects that are parts of images which other pools list. */
  readonly images: readonly string[];
}

export interface FoundFilesystem {
  readonly name: string;
  readonly pools: readonly number[];
  /** Whether a server serves it, who could tell who has it open. */
  readonly served: boolean;
}

/** A storage of Proxmox on this Ceph. */
export interface FoundStorage {
  readonly id: string;
  readonly on: "pool" | "file system";
  /** Absent where it is the only file system, whichever that is. */
  readonly name?: string | undefined;
  readonly dataPool?: string | undefined;
  /** Where nodes have it mounted. */
  readonly place: string;
}

export interface PoolsSight {
  readonly pools: readonly FoundPool[];
  readonly filesystems: readonly FoundFilesystem[];
  readonly storages: readonly FoundStorage[];
  readonly holdings: ReadonlyMap<string, Holdings>;
  /** Machines that have a file system open, by its name. */
  readonly clients: Readonly<Record<string, readonly string[]>>;
}

/** Every name under which Ceph may have pools of what is to go. */
function namesOf({ kind, name }: RetiredPool): string[] {
  switch (kind) {
    case "pool":
      return [name, ...Object.values(poolsOfErasure(name))];
    case "file system":
      return Object.values(poolsOfFilesystem(name));
    case "storage":
      return [];
  }
}

export async function lookAtPools(
  wanted: readonly RetiredPool[],
  host: Host,
  doNext: string,
): Promise<PoolsSight> {
  const rows = get(apiPath("get", `/nodes/${host.node}/ceph/pool`), z.array(poolRow));
  const images = wanted.flatMap((one) => namesOf(one).map((name) => imagesOf(name)));
  const errand = { timeoutMs: 300_000, tried: "to look at what is in the pools", doNext };
  const said = await ask(host, [rows, USAGE, FILESYSTEMS, STORAGES, ...images], {
    ...errand,
    verb: "look at the pools that leave",
  });
  const filesystems = said.of(FILESYSTEMS).filesystems.map(({ mdsmap }) => ({
    name: mdsmap.fs_name,
    pools: [...mdsmap.data_pools, mdsmap.metadata_pool],
    served: Object.values(mdsmap.info).some(({ state }) => state === "up:active"),
  }));
  const storages = said.of(STORAGES).flatMap(storageIn);
  const sessions = wanted.flatMap(({ kind, name }) =>
    kind === "file system" && filesystems.some((one) => one.name === name && one.served)
      ? [{ name, part: askCeph(["tell", `mds.${name}:0`, "session", "ls"], SESSIONS) }]
      : [],
  );
  const open =
    sessions.length === 0
      ? undefined
      : await ask(
          host,
          sessions.map(({ part }) => part),
          { ...errand, verb: "look who has the file systems open" },
        );
  const usage = said.of(USAGE).pools;
  return {
    pools: said.of(rows).map(({ pool, pool_name, type, application_metadata }) => {
      const stats = usage.find(({ name }) => name === pool_name)?.stats;
      const listed = images.find(({ name }) => name === `images of ${pool_name}`);
      return {
        id: pool,
        name: pool_name,
        type,
        isForFiles: "cephfs" in application_metadata,
        storedBytes: stats?.stored ?? 0,
        objects: stats?.objects ?? 0,
        images: listed === undefined ? [] : said.of(listed),
      };
    }),
    filesystems,
    storages,
    holdings: await lookAtHoldings(
      storages.map(({ id }) => id),
      host,
    ),
    clients: Object.fromEntries(
      sessions.map(({ name, part }) => [
        name,
        (open?.of(part) ?? []).map(
          ({ client_metadata, entity }) =>
            client_metadata.hostname || (entity?.addr?.addr ?? "an unknown machine"),
        ),
      ]),
    ),
  };
}

function storageIn(one: Readonly<Record<string, string>>): FoundStorage[] {
  const { storage: id = "", type, monhost = "" } = one;
  // With addresses of monitors it is on another Ceph.
  if (monhost !== "" || (type !== "rbd" && type !== "cephfs")) {
    return [];
  }
  const place = one.path ?? `/mnt/pve/${id}`;
  return type === "rbd"
    ? [{ id, on: "pool", name: one.pool ?? "rbd", dataPool: one["data-pool"], place }]
    : [{ id, on: "file system", name: one["fs-name"], place }];
}

/** Images and what else shows that some have their data there, whoever lists them. Nothing where there is no such pool. */
function imagesOf(pool: string): Part<string[]> {
  const ceph = raw(CEPH.join(" "));
  const rbd = raw("timeout 60 rbd -c /etc/pve/ceph.conf");
  const rados = raw("timeout 60 rados -c /etc/pve/ceph.conf");
  return look(
    `images of ${pool}`,
    sh`( known=$(${ceph} osd pool ls < /dev/null) || exit
if printf '%s\n' "$known" | grep -Fxq -e ${pool}; then
  images=$(${rbd} ls --pool ${pool} < /dev/null) || exit
  namespaces=$(${rbd} namespace ls --pool ${pool} < /dev/null) || exit
  printf '%s\n' "$images" | sed '/./!d; s/^/image /'
  printf '%s\n' "$namespaces" | sed '1d; /./!d; s/^/namespace /'
  { ${rados} --pool ${pool} ls < /dev/null || echo 'rbd_data of nobody knows what: the objects could not be listed'; } | { grep -m 1 '^rbd_data' || true; } | sed 's/^/object /'
fi )`,
    (text) =>
      text
        .split("\n")
        .map((line) => line.trim())
        .filter((line) => /^(image|namespace|object) ./.test(line)),
  );
}
