import type { ClusterSpec } from "../schema/cluster.js";
import { present } from "./present.js";

type PoolSpec = NonNullable<ClusterSpec["ceph"]>["pools"][string];

/** How a pool is cut into parts: any `data` of them are enough to read it. */
export interface ErasurePlan {
  readonly data: number;
  readonly parity: number;
  readonly failureDomain: PoolSpec["failureDomain"];
  readonly class?: NonNullable<PoolSpec["class"]>;
}

export function planErasure({
  erasure,
  failureDomain,
  class: bound,
}: PoolSpec): ErasurePlan | undefined {
  return erasure && { ...erasure, failureDomain, ...present({ class: bound }) };
}

/** As Proxmox names them: parts cannot hold the names and sizes of images, so copies beside them do. */
export const poolsOfErasure = (name: string) => ({
  data: `${name}-data`,
  metadata: `${name}-metadata`,
});

/** As Proxmox makes it, whatever the data pool has. */
export const ERASURE_METADATA_PGS = 32;

/** The pools that Ceph has for one of the file. */
export const poolNames = (name: string, { erasure }: { readonly erasure?: unknown }): string[] =>
  erasure === undefined ? [name] : Object.values(poolsOfErasure(name));
