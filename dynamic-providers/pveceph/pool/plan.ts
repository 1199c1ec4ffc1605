import { z } from "zod";
import { Failure } from "../../../config/failure/failure.js";
import type { Change } from "../../kit/change.js";
import type { Parameters } from "../../transport/pvesh/calls.js";
import type { CephPoolInputs } from "./schema.js";

const number = z.union([z.number(), z.string()]).transform(Number);
export const poolRow = z.object({
  pool_name: z.string(),
  type: z.string(),
  size: number,
  min_size: number,
  pg_num: number,
  pg_num_final: number.optional(),
  pg_autoscale_mode: z.string(),
  target_size_ratio: number.optional(),
  application_metadata: z.record(z.string(), z.unknown()).default({}),
});
export type PoolRow = z.output<typeof poolRow>;

export type PoolStep =
  | { readonly do: "create" }
  | { readonly do: "set"; readonly key: string; readonly value: string | number };

/** What has to happen to the pool. What the file does not say of it belongs to whoever set it. */
export function planPool(
  wanted: CephPoolInputs | undefined,
  found: PoolRow | undefined,
): Change<PoolStep>[] {
  // A pool that left the file is forgotten, and stays with all that lies in it.
  if (wanted === undefined) {
    return [];
  }
  if (found === undefined) {
    return [
      {
        kind: "add",
        path: "pool",
        from: "absent",
        to: `${wanted.size} copies`,
        step: { do: "create" },
      },
    ];
  }
  if (found.type !== "replicated") {
    throw otherKind(wanted.pool, found.type);
  }
  return differences(wanted, found).map(([path, key, from, to]) => ({
    kind: "change",
    path,
    from: String(from ?? "not set"),
    to: String(to),
    step: { do: "set", key, value: to },
  }));
}

type Difference = readonly [
  path: string,
  key: string,
  from: string | number | undefined,
  to: string | number,
];

function differences(wanted: CephPoolInputs, found: PoolRow): Difference[] {
  const pgs = found.pg_num_final ?? found.pg_num;
  const all: Difference[] = [
    ["size", "size", found.size, wanted.size],
    ["minSize", "min_size", found.min_size, wanted.minSize],
    ["autoscale", "pg_autoscale_mode", found.pg_autoscale_mode, wanted.autoscale],
    ...(wanted.share === undefined
      ? []
      : [["share", "target_size_ratio", found.target_size_ratio, wanted.share] as const]),
    // With the autoscaler on or warning, their number is Ceph's and the operator's affair after the beginning.
    ...(wanted.pgs === undefined || wanted.autoscale !== "off"
      ? []
      : [["pgs", "pg_num", pgs, wanted.pgs] as const]),
    ["application", "application", Object.keys(found.application_metadata)[0], wanted.application],
  ];
  return all.filter(([, , from, to]) => !same(from, to));
}

/** Ceph keeps shares with the exactness of its own floating point. */
function same(from: string | number | undefined, to: string | number): boolean {
  return typeof from === "number" && typeof to === "number"
    ? Math.abs(from - to) < 1e-6
    : from === to;
}

/** All that a new pool is told, in Proxmox's spelling. Its storage is a resource of its own. */
export function poolParameters(wanted: CephPoolInputs): Parameters {
  const { pool, size, minSize, pgs, autoscale, share, application } = wanted;
  return {
    name: pool,
    size,
    min_size: minSize,
    pg_autoscale_mode: autoscale,
    application,
    add_storages: false,
    ...(pgs === undefined ? {} : { pg_num: pgs }),
    ...(share === undefined ? {} : { target_size_ratio: share }),
  };
}

function otherKind(pool: string, type: string): Failure {
  return new Failure("refused", {
    tried: `to take over the pool ${pool}`,
    where: "",
    cameBack: `refused: it is of the type ${type}, and the stack file describes a replicated one`,
    doNext:
      "Take another name for the pool in the stack file; nobody turns one kind into the other.",
  });
}
