import type { ClusterSpec } from "../schema/cluster.js";
import { type CephDashboardPlan, planCephDashboard } from "./ceph-dashboard.js";
import { type CephDiskRule, diskRule } from "./ceph-disks.js";
import { type CephFilesystemPlan, planCephFilesystems } from "./ceph-filesystems.js";
import { cephHindrances } from "./ceph-hindrances.js";
import { type CephLayout, planCephLayouts } from "./ceph-layouts.js";
import { type CephLocationPlan, planCephLocations } from "./ceph-locations.js";
import { osdMemoryOf } from "./ceph-memory.js";
import {
  type CephPoolPlan,
  type CrushRulePlan,
  planCephPools,
  planCrushRules,
} from "./ceph-pools.js";
import {
  planRetiredDaemons,
  planRetiredPools,
  type RetiredDaemonPlan,
  type RetiredPoolPlan,
} from "./ceph-retired.js";
import { type CephSettingPlan, planCephSettings } from "./ceph-settings.js";
import type { NodePlan } from "./nodes.js";
import { present } from "./present.js";

type CephSpec = NonNullable<ClusterSpec["ceph"]>;
type OsdSpec = CephSpec["osds"]["everyNode"][number];

export interface OsdPlan {
  readonly node: string;
  /** The disks that it is one of. */
  readonly rule: CephDiskRule;
  /** The first of those that share a disk. */
  readonly first: boolean;
  /** As far as the file tells it. */
  readonly sizeBytes?: number;
}

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
  /** Those of them all that leave by consent. */
  readonly retired: readonly RetiredDaemonPlan[];
  /** Pools and file systems that are destroyed by consent. */
  readonly retiredPools: readonly RetiredPoolPlan[];
  readonly osds: readonly OsdPlan[];
  /** What each node that has OSDs looks for among its disks. */
  readonly disks: Readonly<Record<string, readonly CephDiskRule[]>>;
  readonly pools: readonly CephPoolPlan[];
  readonly filesystems: readonly CephFilesystemPlan[];
  /** How each of their pools lies on the disks. */
  readonly layouts: readonly CephLayout[];
  /** Hosts with a rack or a datacenter. */
  readonly locations: readonly CephLocationPlan[];
  readonly crushRules: readonly CrushRulePlan[];
  /** Of the managers. */
  readonly modules: readonly string[];
  readonly dashboard?: CephDashboardPlan;
  readonly settings: readonly CephSettingPlan[];
  readonly osdMemoryBytes: number;
  /** Data that is added each month, by the file's own word. */
  readonly growthBytes?: number;
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
  const loads = nodes.map((node) => ({
    node,
    osds: osds.filter((osd) => osd.node === node.name).length,
    daemonBytes:
      (monitors.includes(node.name) ? MONITOR_BYTES : 0) +
      (managers.includes(node.name) ? MANAGER_BYTES : 0) +
      (metadataServers.includes(node.name) ? METADATA_SERVER_BYTES : 0),
  }));
  const osdMemoryBytes = osdMemoryOf(spec, loads);
  // Hosts of a ring have their addresses in the range of its loopbacks.
  const cidr = (network: string): string =>
    spec.networks[network]?.cidr ?? spec.networks[network]?.loopbacks ?? "";
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
    retired: planRetiredDaemons(spec.consent),
    retiredPools: planRetiredPools(spec),
    osds,
    disks: Object.fromEntries(
      nodes.flatMap(({ name }) => {
        const rules = disksOf(ceph, name).map(diskRule);
        return rules.length === 0 ? [] : [[name, rules]];
      }),
    ),
    pools: planCephPools(ceph),
    locations: planCephLocations(spec),
    crushRules: planCrushRules(ceph),
    filesystems: planCephFilesystems(ceph),
    layouts: planCephLayouts(ceph),
    modules: ceph.metrics ? ["prometheus"] : [],
    settings: planCephSettings(ceph, osdMemoryBytes),
    ...present({ dashboard: planCephDashboard(ceph, managers, nodes) }),
    osdMemoryBytes,
    ...present({ growthBytes: ceph.growth }),
    memoryBytes: Object.fromEntries(
      loads.map((load) => [load.node.name, load.osds * osdMemoryBytes + load.daemonBytes]),
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

/** What one OSD has of a disk that it shares with others. */
function shareOf({ perDevice }: OsdSpec, bytes: number | undefined): number | undefined {
  return bytes === undefined ? undefined : Math.floor(bytes / perDevice);
}

function osdsOf(ceph: CephSpec, node: string): OsdPlan[] {
  return disksOf(ceph, node).flatMap((disk) =>
    Array.from({ length: disk.count * disk.perDevice }, (_, index) => ({
      node,
      rule: diskRule(disk),
      first: index % disk.perDevice === 0,
      ...present({ sizeBytes: shareOf(disk, disk.partition ?? disk.select?.size ?? disk.size) }),
    })),
  );
}
