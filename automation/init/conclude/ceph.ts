import { networkOf } from "../../../config/plan/address.js";
import type { ClusterInput } from "../../../config/schema/cluster.js";
import type { CephFacts } from "../look/ceph-parts.js";
import type { ClusterFacts, FoundStorage } from "../look/cluster-parts.js";
import type { Margin } from "../margin.js";
import type { SeenHost } from "../sight.js";
import { concludeCephSettings } from "./ceph-settings.js";

type CephInput = NonNullable<ClusterInput["ceph"]>;
type PoolInput = NonNullable<CephInput["pools"]>[string];
type FilesystemInput = NonNullable<CephInput["filesystems"]>[string];
type OsdInput = NonNullable<NonNullable<CephInput["osds"]>["nodes"]>[string][number];

const RELEASES = ["pacific", "quincy", "reef", "squid", "tentacle"] as const;
const CLASSES = ["hdd", "ssd", "nvme"] as const;
const AUTOSCALE = ["on", "off", "warn"] as const;
const APPLICATIONS = ["rbd", "cephfs", "rgw"] as const;
const DOMAINS = ["host", "rack", "datacenter"] as const;
const POOL_CONTENT = ["images", "rootdir"] as const;
const FILE_CONTENT = ["iso", "vztmpl", "snippets", "import"] as const;

export function concludeCeph(
  hosts: readonly SeenHost[],
  { ceph, storages }: ClusterFacts,
  nameOf: (cidr: string) => string | undefined,
  margin: Margin,
): CephInput | undefined {
  if (ceph === undefined) {
    return undefined;
  }
  const release = RELEASES.find((one) => one === ceph.release);
  const publicNetwork = networkNamed(ceph.publicNetwork, nameOf);
  if (release === undefined || publicNetwork === undefined) {
    margin.leave(
      `Ceph (${ceph.release || "of an unknown release"}) with its public network ${ceph.publicNetwork ?? "nowhere"}, which is no network of all nodes in this file.`,
    );
    return undefined;
  }
  const clusterNetwork = networkNamed(ceph.clusterNetwork, nameOf);
  const osds = osdsOf(hosts, ceph, margin);
  const { memoryTarget, ...settings } = concludeCephSettings(ceph.settings, margin);
  const numbers = Object.values(osds).map((own) => own.length);
  const uneven =
    new Set([...numbers, ...(Object.keys(osds).length < hosts.length ? [0] : [])]).size > 1;
  if (ceph.modules.includes("dashboard")) {
    margin.leave("The page of Ceph's managers (dashboard) with its users.");
  }
  return {
    release,
    publicNetwork,
    ...(clusterNetwork === undefined ? {} : { clusterNetwork }),
    ...daemons("monitors", ceph.monitors),
    ...daemons("managers", ceph.managers),
    ...daemons("metadataServers", ceph.metadataServers),
    osds: {
      nodes: osds,
      ...(uneven ? { allowUneven: true } : {}),
      ...(memoryTarget === undefined ? {} : { memoryTarget }),
    },
    pools: poolsOf(ceph, storages, margin),
    filesystems: filesystemsOf(ceph, storages),
    ...(ceph.modules.includes("prometheus") ? {} : { metrics: false }),
    ...settings,
  };
}

/** Storages on Ceph that stand at no pool and no file system of the file: those of another Ceph, and second ones. */
export function tellOtherCephStorages(
  storages: readonly FoundStorage[],
  ceph: CephInput | undefined,
  margin: Margin,
): void {
  const said = Object.entries({ ...ceph?.pools, ...ceph?.filesystems }).map(
    ([name, { storage }]) => storage ?? name,
  );
  for (const { storage, type, content } of storages) {
    if ((type === "rbd" || type === "cephfs") && !said.includes(storage)) {
      margin.leave(`The storage ${storage} (${type}, ${content}).`);
    }
  }
}

function networkNamed(
  cidr: string | undefined,
  nameOf: (cidr: string) => string | undefined,
): string | undefined {
  return cidr === undefined ? undefined : nameOf(networkOf(cidr.split(",")[0] ?? cidr));
}

type Daemon = "monitors" | "managers" | "metadataServers";

function daemons(key: Daemon, names: readonly string[]): Pick<CephInput, Daemon> {
  return names.length === 0 ? {} : { [key]: names.toSorted() };
}

/** Each disk by its name, so that no rule takes another one. */
function osdsOf(
  hosts: readonly SeenHost[],
  ceph: CephFacts,
  margin: Margin,
): Record<string, OsdInput[]> {
  return Object.fromEntries(
    hosts.flatMap(({ node, disks }) => {
      const own = (disks ?? []).filter(({ osd }) => osd !== undefined);
      const said = own.flatMap((disk): OsdInput[] => {
        const [device] = disk.names;
        const onSlots = disk.keeps !== undefined && Object.keys(disk.keeps).length > 0;
        if (
          device === undefined ||
          disk.osd === undefined ||
          disk.shared !== undefined ||
          onSlots
        ) {
          margin.leave(
            `osd.${disk.osd} on ${disk.device}${disk.shared === undefined ? "" : " with others"}.`,
            node,
          );
          return [];
        }
        const onClass = CLASSES.find((one) => one === ceph.classes[disk.osd ?? -1]);
        return [
          {
            device,
            size: `${(disk.sizeBytes / 1e9).toFixed(0)}GB`,
            ...(onClass === undefined || onClass === "nvme" ? {} : { class: onClass }),
            ...(disk.encrypted === true ? { encrypted: true } : {}),
          },
        ];
      });
      for (const { device, slotVolumes } of disks ?? []) {
        if (slotVolumes !== undefined) {
          margin.leave(`databases or logs of OSDs on ${device}.`, node);
        }
      }
      return said.length === 0 ? [] : [[node, said] as const];
    }),
  );
}

function poolsOf(
  ceph: CephFacts,
  storages: readonly FoundStorage[],
  margin: Margin,
): Record<string, PoolInput> {
  const ofFiles = ceph.filesystems.flatMap(({ metadata, data }) => [metadata, ...data]);
  return Object.fromEntries(
    ceph.pools
      .filter(({ pool_name }) => !pool_name.startsWith(".") && !ofFiles.includes(pool_name))
      .flatMap((pool) => {
        const { pool_name: name } = pool;
        if (
          pool.type !== "replicated" ||
          storages.some(
            (one) =>
              one["data-pool"] === name || (one.pool === name && one["data-pool"] !== undefined),
          )
        ) {
          margin.leave(`The pool ${name} of Ceph, which belongs to an erasure code.`);
          return [];
        }
        return [[name, poolOf(pool, storages)] as const];
      }),
  );
}

function poolOf(pool: CephFacts["pools"][number], storages: readonly FoundStorage[]): PoolInput {
  const autoscale = AUTOSCALE.find((one) => one === pool.pg_autoscale_mode);
  const application = APPLICATIONS.find((one) => one in pool.application_metadata);
  const storage = storages.find(
    (one) => one.type === "rbd" && one.pool === pool.pool_name && one.monhost === undefined,
  );
  const content = POOL_CONTENT.filter((one) => (storage?.content ?? "").split(",").includes(one));
  const domain = DOMAINS.find((one) => one === pool.failureDomain);
  const onClass = CLASSES.find((one) => one === pool.class);
  const ratio = pool.target_size_ratio ?? 0;
  return {
    size: pool.size,
    minSize: pool.min_size,
    pgs: pool.pg_num_final ?? pool.pg_num,
    ...(autoscale === undefined || autoscale === "on" ? {} : { autoscale }),
    ...(ratio > 0 && ratio <= 1 ? { share: ratio } : {}),
    ...(pool.quotaBytes > 0 ? { quota: `${pool.quotaBytes}B` } : {}),
    ...(application === undefined || application === "rbd" ? {} : { application }),
    ...(onClass === undefined ? {} : { class: onClass }),
    ...(domain === undefined || domain === "host" ? {} : { failureDomain: domain }),
    ...(storage === undefined
      ? { storage: null }
      : {
          ...(storage.storage === pool.pool_name ? {} : { storage: storage.storage }),
          ...(content.length === 0 || content.length === POOL_CONTENT.length ? {} : { content }),
        }),
  };
}

function filesystemsOf(
  ceph: CephFacts,
  storages: readonly FoundStorage[],
): Record<string, FilesystemInput> {
  return Object.fromEntries(
    ceph.filesystems.map(({ name, data }) => {
      const pool = ceph.pools.find(({ pool_name }) => pool_name === data[0]);
      const storage = storages.find(
        (one) =>
          one.type === "cephfs" &&
          (one["fs-name"] ?? one.storage) === name &&
          one.monhost === undefined,
      );
      const content = FILE_CONTENT.filter((one) =>
        (storage?.content ?? "").split(",").includes(one),
      );
      const ratio = pool?.target_size_ratio ?? 0;
      return [
        name,
        {
          ...(pool === undefined ? {} : { pgs: pool.pg_num_final ?? pool.pg_num }),
          ...(ratio > 0 && ratio <= 1 ? { share: ratio } : {}),
          ...(storage === undefined
            ? { storage: null }
            : {
                ...(storage.storage === name ? {} : { storage: storage.storage }),
                ...(content.length === 0 ? {} : { content }),
              }),
        },
      ] as const;
    }),
  );
}
