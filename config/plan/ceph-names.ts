import type { CephFilesystemPlan } from "./ceph-filesystems.js";
import { type CephPoolPlan, kindOfPool } from "./ceph-pools.js";
import { consentTo, holdsOn } from "./consents.js";

/** The resource that has them in the state, by its name there. */
export const CEPH_ROSTER = "ceph-roster";

/** What of the file holds data in Ceph, by its names. */
export interface CephNames {
  readonly pools: readonly string[];
  /** What of each pool nobody changes once it is there. */
  readonly kinds: Readonly<Record<string, string>>;
  readonly filesystems: readonly string[];
}

export function planCephNames(ceph: {
  readonly pools: readonly CephPoolPlan[];
  readonly filesystems: readonly CephFilesystemPlan[];
}): CephNames {
  return {
    pools: ceph.pools.map(({ name }) => name),
    kinds: Object.fromEntries(ceph.pools.map((pool) => [pool.name, kindOfPool(pool)])),
    filesystems: ceph.filesystems.map(({ name }) => name),
  };
}

/** Some leave the file in the same run in which others of their kind come. */
export interface Renaming {
  readonly section: "pools" | "filesystems";
  readonly word: "pool" | "file system";
  readonly come: readonly [string, ...string[]];
  readonly gone: readonly [string, ...string[]];
  /** The consent that says of the first one that leaves that another thing is meant. */
  readonly consent: string;
}

const KINDS = [
  { section: "pools", word: "pool", consent: consentTo.pool },
  { section: "filesystems", word: "file system", consent: consentTo.filesystem },
] as const;

/**
 * One that leaves the file in the same run in which another one comes is most likely meant to be the same under a new name. It would be
 * made empty, and the storage of that name with it, while the data stays where it is. Whoever means two things says it by the consent
 * that destroys the old one, or in two runs.
 */
export function renamings(
  before: CephNames,
  wanted: CephNames,
  consentDays: Readonly<Record<string, string>>,
  today: string,
): Renaming[] {
  return KINDS.flatMap(({ section, word, consent }) => {
    const [came, ...alsoCame] = wanted[section].filter((name) => !before[section].includes(name));
    const [left, ...alsoLeft] = before[section].filter(
      (name) => !wanted[section].includes(name) && !holdsOn(consentDays[consent(name)], today),
    );
    return came === undefined || left === undefined
      ? []
      : [
          {
            section,
            word,
            come: [came, ...alsoCame],
            gone: [left, ...alsoLeft],
            consent: consent(left),
          } as const,
        ];
  });
}

/**
 * Pools that are to be of another kind. Copies do not become parts, nor parts copies or others, nor does a pool get another use: Proxmox
 * would make a second, empty pool beside the one with the data.
 */
export function turned(
  before: CephNames,
  wanted: CephNames,
): { readonly pool: string; readonly was: string; readonly is: string }[] {
  return wanted.pools.flatMap((pool) => {
    const [was, is] = [before.kinds[pool], wanted.kinds[pool]];
    return was === undefined || is === undefined || was === is ? [] : [{ pool, was, is }];
  });
}
