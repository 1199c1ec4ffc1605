import type { ClusterSpec } from "../schema/cluster.js";
import { ERASURE_METADATA_PGS, poolsOfErasure } from "./ceph-erasure.js";
import { metadataGroups, poolsOfFilesystem } from "./ceph-filesystems.js";
import { present } from "./present.js";

type CephSpec = NonNullable<ClusterSpec["ceph"]>;
type PoolSpec = CephSpec["pools"][string];

/** How one pool lies on the disks. */
export interface CephLayout {
  readonly pool: string;
  /** Disks of this class alone; all where it is absent. */
  readonly class?: NonNullable<PoolSpec["class"]>;
  readonly failureDomain: PoolSpec["failureDomain"];
  /** Places on which each object lies; all of them are different. */
  readonly parts: number;
  /** So many of them hold an object once; one for copies. */
  readonly data: number;
  readonly pgs: number;
  /** Ceph gives it more placement groups as data grows. */
  readonly grows: boolean;
}

/** What Proxmox gives a pool that says nothing of it. */
export const DEFAULT_PGS = 128;
/** Of file systems, as Proxmox makes them. */
const FILESYSTEM_COPIES = 3;

/** Of every pool, those of file systems among them. */
export function planCephLayouts({ pools, filesystems }: CephSpec): CephLayout[] {
  const layouts: readonly CephLayout[] = [
    ...Object.entries(pools).flatMap(([pool, one]): CephLayout[] => {
      const common = {
        failureDomain: one.failureDomain,
        grows: one.autoscale === "on",
        ...present({ class: one.class }),
      };
      const pgs = one.pgs ?? DEFAULT_PGS;
      const copies = { parts: one.size, data: 1, ...common };
      if (one.erasure === undefined) {
        return [{ pool, pgs, ...copies }];
      }
      const { data, metadata } = poolsOfErasure(pool);
      const parts = one.erasure.data + one.erasure.parity;
      return [
        { ...common, pool: data, pgs, parts, data: one.erasure.data },
        { ...copies, pool: metadata, pgs: ERASURE_METADATA_PGS },
      ];
    }),
    ...Object.entries(filesystems).flatMap(([name, { pgs }]) => {
      const { data, metadata } = poolsOfFilesystem(name);
      const copies = {
        failureDomain: "host" as const,
        parts: FILESYSTEM_COPIES,
        data: 1,
        grows: true,
      };
      return [
        { pool: data, pgs, ...copies },
        { pool: metadata, pgs: metadataGroups(pgs), ...copies },
      ];
    }),
  ];
  return layouts.toSorted((a, b) => (a.pool < b.pool ? -1 : 1));
}

/** Placement groups that an OSD has to begin with; the most that a class of disks gets. */
export function groupsPerOsd(
  layouts: readonly CephLayout[],
  classes: readonly CephLayout["class"][],
): number {
  const each = [...new Set(classes)].map((one) =>
    layouts.reduce((sum, { class: bound, parts, pgs }) => {
      const carriers = bound === undefined ? classes : classes.filter((other) => other === bound);
      return bound === undefined || bound === one ? sum + (pgs * parts) / carriers.length : sum;
    }, 0),
  );
  return Math.round(Math.max(0, ...each));
}
