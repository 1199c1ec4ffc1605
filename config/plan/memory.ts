import type { ClusterSpec } from "../schema/cluster.js";
import type { CephPlan } from "./ceph.js";
import type { NodePlan } from "./nodes.js";

const GIB = 2 ** 30;
/** What the Proxmox installer allows the ZFS cache: a tenth of the memory, 16 GiB at most. */
const ZFS_CACHE = { share: 0.1, mostBytes: 16 * GIB };

/** Where the memory of one node goes, in bytes. */
export interface MemoryBudget {
  readonly installed: number;
  readonly ceph: number;
  readonly zfsCache: number;
  readonly system: number;
  /** What is left; below zero when the host itself does not fit. */
  readonly forGuests: number;
}

export function zfsCacheOf({ base }: ClusterSpec, installed: number): number {
  return base.zfsArcMax ?? Math.min(installed * ZFS_CACHE.share, ZFS_CACHE.mostBytes);
}

/** Undefined when the hardware profile does not know how much memory is installed. */
export function memoryBudget(
  spec: ClusterSpec,
  node: NodePlan,
  ceph: CephPlan | undefined,
): MemoryBudget | undefined {
  const { memory: installed, reserve } = node.hardware;
  if (installed === undefined) {
    return undefined;
  }
  const forCeph = ceph?.memoryBytes[node.name] ?? 0;
  const zfsCache = zfsCacheOf(spec, installed);
  return {
    installed,
    ceph: forCeph,
    zfsCache,
    system: reserve.memory,
    forGuests: installed - reserve.memory - forCeph - zfsCache,
  };
}
