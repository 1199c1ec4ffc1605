import type { ClusterSpec } from "../schema/cluster.js";
import type { CephPlan } from "./ceph.js";
import type { NodePlan } from "./nodes.js";
import { zfsCacheOf } from "./zfs-cache.js";

/** Where the memory of one node goes, in bytes. */
export interface MemoryBudget {
  readonly installed: number;
  readonly ceph: number;
  readonly zfsCache: number;
  readonly system: number;
  /** What is left; below zero when the host itself does not fit. */
  readonly forGuests: number;
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
