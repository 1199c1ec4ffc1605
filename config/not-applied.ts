import { z } from "zod";
import { cephHindrances } from "./plan/ceph-hindrances.js";
import { idleLabels } from "./plan/ceph-locations.js";
import type { ClusterSpec } from "./schema/cluster.js";

/** A part of the stack file that is checked, and what it describes is not made. */
export interface NotApplied {
  /** From the cluster's section; `*` stands for any name. */
  readonly path: readonly string[];
  /** What holds nevertheless, or instead. */
  readonly instead: string;
  /** The part is made, unless a file asks for one of these. */
  readonly unless?: (spec: ClusterSpec) => readonly string[];
  /** Files in which all of it means something. */
  readonly appliedIn?: (spec: ClusterSpec) => boolean;
}

const BY_HAND = "Keep it for later, or set it up by hand meanwhile.";

/**
 * What this version checks and does not apply: the one list that `validate`, the program's warnings, the documents, the
 * rights of the API token and the secrets that are read go by. Whoever writes what applies a part takes it out of here.
 */
export const NOT_APPLIED: readonly NotApplied[] = [
  {
    path: ["ceph"],
    unless: cephHindrances,
    instead:
      "A section that asks for one disk's name for every node is not made at all: only the repository of its packages is set up and the clocks are held closer together. Keep it for later, or set it up by hand meanwhile.",
  },
  {
    path: ["backup", "s3"],
    instead: "Jobs are made. Keep this for later, or set the backup server up by hand meanwhile.",
  },
  { path: ["identity"], instead: BY_HAND },
  { path: ["gpus"], instead: BY_HAND },
  { path: ["mounts"], instead: BY_HAND },
  { path: ["monitoring"], instead: BY_HAND },
  {
    path: ["nodes", "*", "labels"],
    appliedIn: (spec) => idleLabels(spec).length === 0,
    instead:
      "`rack=NAME` and `datacenter=NAME` tell Ceph where a host stands, where the file's Ceph is made. Others are words for people who read the file.",
  },
  {
    path: ["nodes", "*", "overrides", "reserve", "threads"],
    instead: "Guests may be given more processors than that leaves; only memory is counted.",
  },
];

/** Whether a place lies in a part that is not applied, whatever stands there; one that is made of some files counts as applied where no file is given. */
export function isNotApplied(place: readonly (string | number)[], spec?: ClusterSpec): boolean {
  return NOT_APPLIED.some(
    (part) =>
      isLeftOut(part, spec) &&
      part.path.every(
        (step, index) => place.length > index && (step === "*" || step === place[index]),
      ),
  );
}

/** Where the file is not known, a part that is applied in some counts as applied. */
export function isLeftOut({ unless, appliedIn }: NotApplied, spec?: ClusterSpec): boolean {
  if (spec === undefined) {
    return unless === undefined && appliedIn === undefined;
  }
  return appliedIn?.(spec) !== true && unless?.(spec).length !== 0;
}

/** The places of a part in a file as it is written; empty ones say nothing and are left out. */
export function placesOf({ path }: NotApplied, written: unknown): string[][] {
  return path
    .reduce<{ readonly at: string[]; readonly value: unknown }[]>(
      (found, step) =>
        found.flatMap(({ at, value }) =>
          members(value)
            .filter(([key]) => step === "*" || step === key)
            .map(([key, inner]) => ({ at: [...at, key], value: inner })),
        ),
      [{ at: [], value: written }],
    )
    .filter(({ value }) => typeof value !== "object" || members(value).length > 0)
    .map(({ at }) => at);
}

const mapping = z.record(z.string(), z.unknown());

function members(value: unknown): [string, unknown][] {
  return Array.isArray(value)
    ? value.map((one: unknown, index): [string, unknown] => [String(index), one])
    : Object.entries(mapping.safeParse(value).data ?? {});
}
