import type { ClusterSpec } from "../schema/cluster.js";
import { type CephFilesystemPlan, planCephFilesystems } from "./ceph-filesystems.js";
import { cephHindrances } from "./ceph-hindrances.js";
import {
  type CephPoolPlan,
  type CrushRulePlan,
  planCephPools,
  planCrushRules,
} from "./ceph-pools.js";
import { type CephSettingPlan, OSD_MEMORY_BYTES, planCephSettings } from "./ceph-settings.js";
import type { NodePlan } from "./nodes.js";
import { present } from "./storage.js";

type CephSpec = NonNullable<ClusterSpec["ceph"]>;
type OsdSpec = CephSpec["osds"]["everyNode"][number];

export interface OsdPlan {
  readonly node: string;
  /** Which disk: one by its stable name, or the n-th of those that match a model. */
  readonly disk:
    | { readonly kind: "device"; readonly path: string }
    | {
        readonly kind: "model";
        readonly model: string;
        readonly index: number;
        readonly sizeBytes?: number;
      };
  readonly partitionBytes?: number;
  readonly sizeBytes?: number;
  readonly deviceClass: "hdd" | "ssd" | "nvme";
  readonly encrypted: boolean;
}

/** Disks of one node as its part of the file names them. */
export type CephDiskRule =
  | {
      readonly by: "name";
      readonly path: string;
      readonly class: OsdPlan["deviceClass"];
    }
  | {
      readonly by: "model";
      readonly model: string;
      readonly sizeBytes?: number;
      readonly count: number;
      readonly class: OsdPlan["deviceClass"];
    };

export interface CephPlan {
  /** Why none of it is made; empty when it is. */
  readonly withheld: readonly string[];
  readonly release: CephSpec["release"];
  readonly publicNetwork: string;
  readonly clusterNetwork: string;
  readonly cidrs: { readonly public: string; readonly cluster: string };
  readonly monitors: readonly string[];
  readonly managers: readonly string[];
  /** Empty where there is no file system. */
  readonly metadataServers: readonly string[];
  readonly osds: readonly OsdPlan[];
  /** What each node that has OSDs looks for among its disks. */
  readonly disks: Readonly<Record<string, readonly CephDiskRule[]>>;
  readonly pools: readonly CephPoolPlan[];
  readonly filesystems: readonly CephFilesystemPlan[];
  readonly crushRules: readonly CrushRulePlan[];
  readonly settings: readonly CephSettingPlan[];
  readonly osdMemoryBytes: number;
  /** Memory that the daemons of each node take away from guests. */
  readonly memoryBytes: Readonly<Record<string, number>>;
}

const GIB = 2 ** 30;
const MONITOR_BYTES = 2 * GIB;
const MANAGER_BYTES = 2 * GIB;
const METADATA_SERVER_BYTES = 4 * GIB;
/** From this many nodes on five monitors survive the loss of two, which three do not. */
const NODES_FOR_FIVE_MONITORS = 7;

export function planCeph(spec: ClusterSpec, nodes: readonly NodePlan[]): CephPlan | undefined {
  const { ceph } = spec;
  if (ceph === undefined) {
    return undefined;
  }
  const monitors = ceph.monitors ?? defaultMonitors(nodes);
  const managers = ceph.managers ?? monitors;
  const metadataServers =
    Object.keys(ceph.filesystems).length === 0 ? [] : (ceph.metadataServers ?? monitors);
  const osds = nodes.flatMap((node) => osdsOf(ceph, node.name));
  const osdMemoryBytes = ceph.osds.memoryTarget ?? OSD_MEMORY_BYTES;
  const cidr = (network: string): string => spec.networks[network]?.cidr ?? "";
  return {
    withheld: cephHindrances(spec),
    release: ceph.release,
    publicNetwork: ceph.publicNetwork,
    clusterNetwork: ceph.clusterNetwork ?? ceph.publicNetwork,
    cidrs: {
      public: cidr(ceph.publicNetwork),
      cluster: cidr(ceph.clusterNetwork ?? ceph.publicNetwork),
    },
    monitors,
    managers,
    metadataServers,
    osds,
    disks: Object.fromEntries(
      nodes.flatMap(({ name }) => {
        const rules = disksOf(ceph, name).map(ruleOf);
        return rules.length === 0 ? [] : [[name, rules]];
      }),
    ),
    pools: planCephPools(ceph),
    crushRules: planCrushRules(ceph),
    filesystems: planCephFilesystems(ceph),
    settings: planCephSettings(ceph),
    osdMemoryBytes,
    memoryBytes: Object.fromEntries(
      nodes.map(({ name }) => [
        name,
        osds.filter((osd) => osd.node === name).length *
          (ceph.osds.memoryTarget ?? OSD_MEMORY_BYTES) +
          (monitors.includes(name) ? MONITOR_BYTES : 0) +
          (managers.includes(name) ? MANAGER_BYTES : 0) +
          (metadataServers.includes(name) ? METADATA_SERVER_BYTES : 0),
      ]),
    ),
  };
}

/** Always an odd number: an even one tolerates no more failures than the odd one below it. */
function defaultMonitors(nodes: readonly NodePlan[]): string[] {
  const wanted = nodes.length >= NODES_FOR_FIVE_MONITORS ? 5 : 3;
  const count = nodes.length >= wanted ? wanted : nodes.length > 0 ? 1 : 0;
  return nodes.slice(0, count).map((node) => node.name);
}

const disksOf = (ceph: CephSpec, node: string): readonly OsdSpec[] =>
  ceph.osds.nodes[node] ?? ceph.osds.everyNode;

function ruleOf(disk: OsdSpec): CephDiskRule {
  const { device, select, count, class: deviceClass } = disk;
  return device === undefined
    ? {
        by: "model",
        model: select?.model ?? "*",
        count,
        class: deviceClass,
        ...present({ sizeBytes: select?.size ?? disk.size }),
      }
    : { by: "name", path: device, class: deviceClass };
}

function osdsOf(ceph: CephSpec, node: string): OsdPlan[] {
  return disksOf(ceph, node).flatMap((disk) =>
    Array.from({ length: disk.count }, (_, index) => osdPlan(node, disk, index)),
  );
}

function osdPlan(node: string, disk: OsdSpec, index: number): OsdPlan {
  const modelSize = disk.select?.size;
  return {
    node,
    disk:
      disk.device === undefined
        ? {
            kind: "model",
            model: disk.select?.model ?? "*",
            index,
            ...(modelSize === undefined ? {} : { sizeBytes: modelSize }),
          }
        : { kind: "device", path: disk.device },
    ...(disk.partition === undefined ? {} : { partitionBytes: disk.partition }),
    ...(disk.size === undefined ? {} : { sizeBytes: disk.size }),
    deviceClass: disk.class,
    encrypted: disk.encrypted,
  };
}
