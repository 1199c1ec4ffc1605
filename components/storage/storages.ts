import * as pulumi from "@pulumi/pulumi";
import type { ClusterPlan } from "../../config/plan/index.js";
import { type StoragePlan, usedBy } from "../../config/plan/storage.js";
import { storageFacts } from "../../config/plan/storage-kinds.js";
import { StorageServers } from "../../dynamic-providers/pvesm/servers/resource.js";
import type { NativeSite } from "../native/declare-native.js";
import { Storage } from "./storage.js";
import { StorageReach } from "./storage-reach.js";

/** What comes before storages, beside the cluster itself. */
export interface StoragesBefore {
  readonly roster: pulumi.Resource;
  /** Settings of the cluster. */
  readonly settings: pulumi.Resource;
}

/**
 * Each storage as its own component, behind the roster and behind the gate that asks their servers, and then the proof that every
 * node can use them. Protecting them would keep empty ones as well.
 */
export function declareStorages(
  plan: ClusterPlan,
  site: NativeSite,
  { roster, settings }: StoragesBefore,
  opts: pulumi.ComponentResourceOptions,
): StorageReach {
  const { name: cluster, storages } = plan;
  const { connections } = site;
  const waitMs = plan.deadlines.storage;
  const formed = opts.dependsOn === undefined ? {} : { dependsOn: opts.dependsOn };
  // What the native provider has made and the engine has not yet noted is lost to a run that is cut. So nothing else goes on beside it.
  const before = pulumi.mergeOptions(formed, { dependsOn: [roster, settings] });
  const servers = declareServers(storages, site, waitMs, before);
  const declared = storages.map(
    (storage) =>
      new Storage(
        storage.id,
        { storage, site },
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
  site: NativeSite,
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
    const { server } = storageFacts(storage);
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
