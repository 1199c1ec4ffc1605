import type { ClusterSpec } from "../schema/cluster.js";
import { present } from "./present.js";

type CephSpec = NonNullable<ClusterSpec["ceph"]>;

export interface CephFilesystemPlan {
  readonly name: string;
  /** Placement groups of the data pool to begin with; the one for metadata has a quarter of them. */
  readonly pgs: number;
  readonly share?: number;
  /** A metadata server follows the active one step by step, instead of starting from nothing when that is lost. */
  readonly hotStandby: boolean;
}

export function planCephFilesystems({ filesystems }: CephSpec): CephFilesystemPlan[] {
  return Object.entries(filesystems)
    .map(([name, { pgs, share, standby }]) => ({
      name,
      pgs,
      hotStandby: standby,
      ...present({ share }),
    }))
    .sort((a, b) => (a.name < b.name ? -1 : 1));
}

/** Its pools, as Proxmox names them. */
export const poolsOfFilesystem = (name: string) => ({
  data: `${name}_data`,
  metadata: `${name}_metadata`,
});

/** As Proxmox counts them: a quarter of the data pool's, and never fewer than eight. */
export const metadataGroups = (pgs: number): number => (pgs >= 32 ? pgs / 4 : 8);
