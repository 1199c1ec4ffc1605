import * as pulumi from "@pulumi/pulumi";
import type { ConnectionPlan } from "../../config/plan/connections.js";
import type { ClusterPlan } from "../../config/plan/index.js";
import { type StoragePlan, serverOf, usedBy } from "../../config/plan/storage.js";
import { StorageRoster } from "../../dynamic-providers/pvesm/roster/resource.js";
import { StorageServers } from "../../dynamic-providers/pvesm/servers/resource.js";
import { nativeObjects } from "../native/native-objects.js";
import { CifsStorage } from "./cifs-storage.js";
import { DirectoryStorage } from "./directory-storage.js";
import { LvmThinStorage } from "./lvm-thin-storage.js";
import { NfsStorage } from "./nfs-storage.js";
import { PbsStorage } from "./pbs-storage.js";
import { listed, type StorageSite, wished } from "./storage-args.js";
import { StorageReach } from "./storage-reach.js";
import { ZfsStorage } from "./zfs-storage.js";

type DeclaredStorage =
  | NfsStorage
  | CifsStorage
  | DirectoryStorage
  | ZfsStorage
  | LvmThinStorage
  | PbsStorage;

/** What storages have to know beside the plan. */
export interface StorageSurroundings {
  /** The member through which the cluster is told. */
  readonly founder: ConnectionPlan;
  readonly roster: StorageRoster;
  /** Storages that were on the cluster before the program came. */
  readonly standing: readonly string[];
  /** Settings of the cluster, which come first. */
  readonly settings: pulumi.Resource;
}

/**
 * The list of storages, which refuses before anything is touched that one with volumes goes or moves, and which says what stands on
 * the cluster already. It needs nothing that the run makes, because the program waits for its answer.
 */
export function declareRoster(
  plan: ClusterPlan,
  opts: pulumi.CustomResourceOptions,
): StorageRoster {
  const { name, connections, storages, consentDays, adopt } = plan;
  const objects = nativeObjects(plan);
  return new StorageRoster(
    "storages-roster",
    {
      cluster: name,
      connections: [...connections],
      storages: storages.map(listed),
      objects: objects.map(({ path }) => path),
      wishes: { storages: storages.map(wished), objects },
      adopt,
      consent: Object.fromEntries(
        Object.entries(consentDays).filter(([what]) => what.startsWith("storage.")),
      ),
    },
    opts,
  );
}

/**
 * Each storage as its own component, behind the roster and behind the gate that asks their servers, and then the proof that every
 * node can use them. Protecting them would keep empty ones as well.
 */
export function declareStorages(
  plan: ClusterPlan,
  { founder, roster, standing, settings }: StorageSurroundings,
  opts: pulumi.ComponentResourceOptions,
): StorageReach {
  const { name: cluster, connections, consentDays, storages } = plan;
  const waitMs = plan.deadlines.storage;
  const site: StorageSite = { cluster, founder, connections, consentDays, standing };
  const formed = opts.dependsOn === undefined ? {} : { dependsOn: opts.dependsOn };
  // What the native provider has made and the engine has not yet noted is lost to a run that is cut. So nothing else goes on beside it.
  const before = pulumi.mergeOptions(formed, { dependsOn: [roster, settings] });
  const servers = declareServers(storages, site, waitMs, before);
  const declared = storages.map((storage) =>
    declareStorage(
      storage,
      site,
      pulumi.mergeOptions(opts, { dependsOn: [roster, settings, ...servers] }),
    ),
  );
  return new StorageReach(
    "storages",
    { cluster, storages, connections, waitMs },
    pulumi.mergeOptions(before, { dependsOn: declared }),
  );
}

/** One question a node, before anything on these servers is defined. */
function declareServers(
  storages: readonly StoragePlan[],
  site: StorageSite,
  waitMs: number,
  opts: pulumi.CustomResourceOptions,
): StorageServers[] {
  const views = site.connections.flatMap((connection) => {
    const servers = serversFor(storages, connection.node);
    return servers.length === 0 ? [] : [{ connection, servers }];
  });
  return views.length === 0
    ? []
    : [
        new StorageServers(
          "storages-servers",
          { cluster: site.cluster, views, deadlineSeconds: Math.ceil(waitMs / 1_000) },
          opts,
        ),
      ];
}

function serversFor(storages: readonly StoragePlan[], node: string) {
  const servers = new Map<string, { address: string; port: number; storages: string[] }>();
  for (const storage of storages) {
    const server = serverOf(storage);
    if (server === undefined || !usedBy(storage, node)) {
      continue;
    }
    const key = `${server.address} ${server.port}`;
    const known = servers.get(key) ?? { ...server, storages: [] };
    known.storages.push(storage.id);
    servers.set(key, known);
  }
  return [...servers.values()];
}

function declareStorage(
  storage: StoragePlan,
  site: StorageSite,
  opts: pulumi.ComponentResourceOptions,
): DeclaredStorage {
  switch (storage.type) {
    case "nfs":
      return new NfsStorage(storage.id, { storage, site }, opts);
    case "cifs":
      return new CifsStorage(storage.id, { storage, site }, opts);
    case "dir":
      return new DirectoryStorage(storage.id, { storage, site }, opts);
    case "zfs":
      return new ZfsStorage(storage.id, { storage, site }, opts);
    case "lvmThin":
      return new LvmThinStorage(storage.id, { storage, site }, opts);
    case "pbs":
      return new PbsStorage(storage.id, { storage, site }, opts);
  }
}
