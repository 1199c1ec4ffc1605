import { Failure } from "../../../config/failure/failure.js";
import { poolsOfErasure } from "../../../config/plan/ceph-erasure.js";
import type { Change } from "../../kit/change.js";
import type { FoundPool } from "./found.js";
import { changesOf, type PoolStep } from "./plan.js";
import type { CephPoolInputs } from "./schema.js";

type Profile = Readonly<Record<string, string>>;
type Erasure = NonNullable<CephPoolInputs["erasure"]>;

export interface FoundParts {
  /** One of copies under the plain name. */
  readonly pool?: FoundPool | undefined;
  readonly data: FoundPool | undefined;
  readonly metadata: FoundPool | undefined;
  readonly profiles: Readonly<Record<string, Profile>>;
}

/** A profile decides for good how a pool is cut, so one that differs is refused and never changed. */
export function planErasurePool(
  wanted: CephPoolInputs,
  erasure: Erasure,
  { pool, data, metadata, profiles }: FoundParts,
): Change<PoolStep>[] {
  const names = poolsOfErasure(wanted.pool);
  // Proxmox's own name; a pool that somebody has made otherwise goes by any other.
  const profile = data?.profile ?? `pve_ec_${wanted.pool}`;
  const differing = differencesOf(profiles[profile], erasure);
  if (data === undefined && pool !== undefined) {
    throw refused(wanted.pool, `a pool of this name is there, of the type ${pool.type}`);
  }
  if (data !== undefined && data.type !== "erasure") {
    throw refused(wanted.pool, `the pool ${names.data} is of the type ${data.type}`);
  }
  if (metadata !== undefined && (data === undefined || metadata.type !== "replicated")) {
    const alone =
      data === undefined ? "there without a pool for data" : `of the type ${metadata.type}`;
    throw refused(wanted.pool, `the pool ${names.metadata} is ${alone}`);
  }
  if (differing.length > 0) {
    throw refused(
      wanted.pool,
      `the profile ${profile} is another one (there -> wanted): ${differing.join("; ")}`,
    );
  }
  if (data === undefined || metadata === undefined) {
    // Told twice, Proxmox leaves what is there as it is and makes what a run that was cut has left out.
    return [
      {
        kind: "add",
        path: "pool",
        from: "absent",
        to: `${erasure.data} + ${erasure.parity} parts on ${names.data}, ${wanted.size} copies on ${names.metadata}`,
        step: { do: "create" },
      },
    ];
  }
  return [
    ...changesOf(wishForData(wanted, erasure), data),
    ...changesOf(wishForMetadata(wanted), metadata).map((change) => ({
      ...change,
      path: `metadata.${change.path}`,
    })),
  ];
}

function wishForData(
  { crushRule: _, ...wanted }: CephPoolInputs,
  { data, parity }: Erasure,
): CephPoolInputs {
  return {
    ...wanted,
    pool: poolsOfErasure(wanted.pool).data,
    size: data + parity,
    // With as many parts as it takes to read, a write would be acknowledged that the next fault loses.
    minSize: data + 1,
  };
}

function wishForMetadata({
  pgs: _,
  share: __,
  quotaBytes: ___,
  compression: ____,
  ...wanted
}: CephPoolInputs): CephPoolInputs {
  return { ...wanted, pool: poolsOfErasure(wanted.pool).metadata };
}

/** None where there is no profile yet. */
function differencesOf(profile: Profile | undefined, erasure: Erasure): string[] {
  if (profile === undefined) {
    return [];
  }
  const all: readonly (readonly [key: string, from: string, to: string])[] = [
    ["k", profile.k ?? "none", String(erasure.data)],
    ["m", profile.m ?? "none", String(erasure.parity)],
    ["failure domain", profile["crush-failure-domain"] ?? "host", erasure.failureDomain],
    ["class", profile["crush-device-class"] || "any", erasure.class ?? "any"],
  ];
  return all.flatMap(([key, from, to]) => (from === to ? [] : [`${key} ${from} -> ${to}`]));
}

function refused(pool: string, why: string): Failure {
  return new Failure("refused", {
    tried: `to make the pool ${pool} by an erasure code`,
    where: "",
    cameBack: `refused: ${why}`,
    doNext:
      "Write the stack file as the pool is, or take another name for the pool there; nobody turns one kind into the other.",
  });
}
