import type { ClusterSpec } from "../schema/cluster.js";

const GIB = 2 ** 30;
/** What the Proxmox installer allows the ZFS cache: a tenth of the memory, 16 GiB at most. */
const ZFS_CACHE = { share: 0.1, mostBytes: 16 * GIB };

/** Memory that the ZFS cache of a host may take. */
export function zfsCacheOf({ base }: ClusterSpec, installed: number): number {
  return base.zfsArcMax ?? Math.min(installed * ZFS_CACHE.share, ZFS_CACHE.mostBytes);
}
