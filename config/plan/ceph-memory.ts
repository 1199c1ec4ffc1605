import type { ClusterSpec } from "../schema/cluster.js";
import { LEAST_OSD_BYTES, OSD_MEMORY_BYTES } from "./ceph-settings.js";
import type { NodePlan } from "./nodes.js";
import { zfsCacheOf } from "./zfs-cache.js";

const MIB = 2 ** 20;
/** More is of little use to an OSD: what Ceph's makers recommend. */
const MOST_OSD_BYTES = 8 * 2 ** 30;
const STEP_BYTES = 256 * MIB;
/** A hypervisor that has less than this for guests was not meant so. */
export const LEAST_FOR_GUESTS = 0.1;

/** What one node runs of Ceph beside the target of its OSDs. */
interface Load {
  readonly node: NodePlan;
  readonly osds: number;
  /** Monitors, managers and metadata servers. */
  readonly daemonBytes: number;
}

/**
 * What each OSD may aim at: one number for all, so the tightest host decides. Each keeps room for its own guests and for those of any one
 * other node that come to it. A host whose memory nobody knows has no say.
 */
export function osdMemoryOf(spec: ClusterSpec, loads: readonly Load[]): number {
  const wish = spec.ceph?.osds.memoryTarget;
  if (wish !== "auto") {
    return wish ?? OSD_MEMORY_BYTES;
  }
  const fitting = loads.flatMap(({ node, osds, daemonBytes }) => {
    const { memory: installed, reserve } = node.hardware;
    if (installed === undefined || osds === 0) {
      return [];
    }
    const room = Math.max(installed * LEAST_FOR_GUESTS, guestsAt(spec, node.name));
    const left = installed - reserve.memory - zfsCacheOf(spec, installed) - daemonBytes - room;
    return [Math.floor(left / osds / STEP_BYTES) * STEP_BYTES];
  });
  return fitting.length === 0
    ? OSD_MEMORY_BYTES
    : Math.min(MOST_OSD_BYTES, Math.max(LEAST_OSD_BYTES, Math.min(...fitting)));
}

/** Memory of the guests that a node runs, and of those that the loss of one other node brings to it at worst. */
function guestsAt({ guests }: ClusterSpec, name: string): number {
  const homes = new Map<string, number>();
  for (const { node, memory } of Object.values(guests)) {
    homes.set(node, (homes.get(node) ?? 0) + memory);
  }
  const others = [...homes].flatMap(([home, bytes]) => (home === name ? [] : [bytes]));
  return (homes.get(name) ?? 0) + Math.max(0, ...others);
}
