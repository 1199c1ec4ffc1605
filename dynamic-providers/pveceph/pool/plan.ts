import { Failure } from "../../../config/failure/failure.js";
import type { Change } from "../../kit/change.js";
import type { Parameters } from "../../transport/pvesh/calls.js";
import type { FoundPool } from "./found.js";
import { type OwnWords, ownChanges } from "./own-words.js";
import type { CephPoolInputs } from "./schema.js";

export type PoolStep =
  | { readonly do: "create" }
  | OwnWords
  | {
      readonly do: "set";
      readonly pool: string;
      readonly key: string;
      readonly value: string | number;
    };

/** What has to happen to the pool. What the file does not say of it belongs to whoever set it. */
export function planPool(
  wanted: CephPoolInputs | undefined,
  found: FoundPool | undefined,
  data?: FoundPool,
): Change<PoolStep>[] {
  // A pool that left the file is forgotten, and stays with all that lies in it.
  if (wanted === undefined) {
    return [];
  }
  if (found === undefined) {
    // What the same name means by an erasure code; beside it, this one would be new and empty.
    if (data?.type === "erasure") {
      throw otherKind(wanted.pool, `erasure, as ${data.pool_name}`);
    }
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
  return changesOf(wanted, found);
}

/** What of a pool that is there is not as wanted. */
export function changesOf(wanted: CephPoolInputs, found: FoundPool): Change<PoolStep>[] {
  const uses = Object.keys(found.application_metadata);
  if (uses.length > 0 && !uses.includes(wanted.application)) {
    throw otherUse(wanted, uses);
  }
  return [
    ...differences(wanted, found).map(
      ([path, key, from, to]): Change<PoolStep> => ({
        kind: "change",
        path,
        from: String(from ?? "not set"),
        to: String(to),
        step: { do: "set", pool: wanted.pool, key, value: to },
      }),
    ),
    ...ownChanges(wanted, found),
  ];
}

type Difference = readonly [
  path: string,
  key: string,
  from: string | number | undefined,
  to: string | number,
];

function differences(wanted: CephPoolInputs, found: FoundPool): Difference[] {
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
    ...(wanted.crushRule === undefined
      ? []
      : [["class", "crush_rule", found.crush_rule_name, wanted.crushRule] as const]),
    ...(wanted.application in found.application_metadata
      ? []
      : [["application", "application", undefined, wanted.application] as const]),
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
  const { pool, size, minSize, pgs, autoscale, share, application, crushRule, erasure } = wanted;
  return {
    name: pool,
    size,
    min_size: minSize,
    pg_autoscale_mode: autoscale,
    application,
    add_storages: false,
    ...(pgs === undefined ? {} : { pg_num: pgs }),
    // Proxmox gives both pools of an erasure code what it is told, and only one of them has the share.
    ...(share === undefined || erasure !== undefined ? {} : { target_size_ratio: share }),
    ...(erasure === undefined ? {} : { "erasure-coding": codeOf(erasure) }),
    ...(crushRule === undefined ? {} : { crush_rule: crushRule }),
  };
}

/** In the one word that Proxmox reads. */
function codeOf(erasure: NonNullable<CephPoolInputs["erasure"]>): string {
  const { data, parity, failureDomain, class: bound } = erasure;
  const words = [`k=${data}`, `m=${parity}`, `failure-domain=${failureDomain}`];
  return [...words, ...(bound === undefined ? [] : [`device-class=${bound}`])].join(",");
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

function otherUse({ pool, application }: CephPoolInputs, uses: readonly string[]): Failure {
  return new Failure("refused", {
    tried: `to take over the pool ${pool}`,
    where: "",
    cameBack: `refused: it is used for ${uses.join(" and ")}, and the stack file says ${application}`,
    doNext: `Write \`application: ${uses[0]}\` into the stack file, or take another name for the pool there.`,
  });
}
