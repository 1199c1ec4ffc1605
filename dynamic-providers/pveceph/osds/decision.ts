import { isDeepStrictEqual } from "node:util";
import { consentTo, holdsOn } from "../../../config/plan/consents.js";
import { isAnew } from "../../transport/ssh/connection.js";
import {
  type ConsentToWipe,
  chooseDisks,
  consents,
  fits,
  named,
  shown,
  wipeOf,
} from "../choose-disks.js";
import { partOf } from "../choose-partitions.js";
import { type FoundDisk, numbersOn } from "../disks.js";
import { type KnownOsd, ownOsds, type SeenOsds, type Sight } from "../own-osds.js";
import { againstClasses, otherClasses } from "./classes.js";
import { recognised } from "./replaced.js";
import { type CephOsdsInputs, type ChosenDisk, type LeavingOsd, osdsOn } from "./schema.js";

export interface Decision {
  readonly disks: readonly ChosenDisk[];
  readonly leaving: readonly LeavingOsd[];
  readonly spent: Readonly<Record<string, string>>;
  /** Why nothing is done, in words; empty when it may. */
  readonly against: readonly string[];
  /** What a person should know of it beforehand. */
  readonly news: readonly string[];
}

/** What the rules mean is known from an earlier run, as long as they are the same and nobody consented to something since. */
export function isKnown(
  before: CephOsdsInputs | undefined,
  wanted: CephOsdsInputs,
  today: string,
): boolean {
  return (
    before !== undefined &&
    !isAnew(before.connection, wanted.connection) &&
    sameRules(before, wanted) &&
    liveConsents(before, wanted, today).length === 0
  );
}

/** Consents that hold and were not used up, by name. */
function liveConsents(
  before: CephOsdsInputs | undefined,
  { consent }: CephOsdsInputs,
  today: string,
): string[] {
  return Object.entries(consent).flatMap(([name, lastDay]) =>
    holdsOn(lastDay, today) && before?.spent[name] !== lastDay ? [name] : [],
  );
}

function sameRules(before: CephOsdsInputs | undefined, wanted: CephOsdsInputs): boolean {
  return (
    before !== undefined && before.disks.length > 0 && isDeepStrictEqual(before.rules, wanted.rules)
  );
}

/**
 * Which disks the OSDs of a host are to lie on, and which OSDs leave. Disks that were chosen stay chosen until the rules change or a
 * consent lets an OSD go; then its place is filled by the rules, and its number goes to the disk that takes it.
 */
export function decide(
  before: CephOsdsInputs | undefined,
  wanted: CephOsdsInputs,
  sight: Sight,
  today: string,
): Decision {
  const anew = isAnew(before?.connection, wanted.connection);
  const { found, seen } = anew ? recognised(sight, before) : sight;
  const live = new Set(liveConsents(before, wanted, today));
  const wipes = wipesOf(wanted.connection.node, live);
  const own = ownOsds(seen);
  const earlier = before?.disks ?? [];
  const isOn = (path: string): FoundDisk | undefined =>
    found.find(({ names }) => names.includes(path));
  const gone = earlier.filter((disk) => isGone(disk, found));
  const lost = own.filter(
    ({ id, destroyed }) => !destroyed && !found.some((disk) => numbersOn(disk).includes(id)),
  );
  const carried = (before?.leaving ?? []).filter((one) => isUnfinished(one, seen));
  const free = own.filter(
    ({ id, destroyed }) =>
      !destroyed && live.has(consentTo.osd(id)) && !carried.some(({ osd }) => osd === id),
  );
  const leavesDisk = (disk: FoundDisk): boolean =>
    [...free.map(({ id }) => id), ...carried.map(({ osd }) => osd)].some((id) =>
      numbersOn(disk).includes(id),
    );
  const candidates = found.filter((disk) => !leavesDisk(disk));

  if (sameRules(before, wanted) && free.length === 0 && gone.length === 0) {
    const disks = earlier.map((disk) => withConsent(disk, isOn(disk.path), wipes));
    return {
      disks,
      leaving: carried,
      spent: spentWith(before, wanted, consentsOf(disks, carried, wanted)),
      against: [],
      news: [],
    };
  }

  const choice = chooseDisks(wanted.rules, candidates, wipes);
  const kept = new Set(choice.disks.map(({ path }) => path));
  const dropped = earlier.flatMap(({ path }) => {
    const disk = isOn(path);
    return disk?.osd === undefined || kept.has(path) || leavesDisk(disk)
      ? []
      : numbersOn(disk).map((osd) => ({ osd, path }));
  });
  const unconsented =
    gone.length === 0 || anew
      ? []
      : lost.filter(
          ({ id }) => !free.some((one) => one.id === id) && !carried.some(({ osd }) => osd === id),
        );
  const fresh = choice.disks
    .filter(
      ({ path }) =>
        isOn(path)?.osd === undefined &&
        !earlier.some((one) => one.path === path) &&
        !carried.some(({ heir }) => heir === path),
    )
    .flatMap((disk) => Array<ChosenDisk>(osdsOn(disk)).fill(disk));
  const leaving = [...carried, ...free.map((osd, at) => leavingOf(osd, found, fresh[at]?.path))];
  return {
    disks: choice.disks,
    leaving,
    spent: spentWith(before, wanted, consentsOf(choice.disks, leaving, wanted)),
    against: [
      ...dropped.map(
        ({ osd, path }) =>
          `osd.${osd} lies on ${path}, which the stack file means no longer (with the consent \`${consentTo.osd(osd)}\` it leaves)`,
      ),
      ...gone.flatMap(({ path, serial }) =>
        unconsented.length === 0 ? [] : [goneWith(path, serial, unconsented)],
      ),
      ...free.flatMap((osd) => nowhere(osd, seen, found)),
      ...remaining(
        found,
        own,
        leaving.map(({ osd }) => osd),
      ),
      ...choice.against,
      ...againstClasses(otherClasses(choice.disks, { found, seen }), { found, seen }),
    ],
    news: [
      ...leaving.map(
        ({ osd, path, heir }) =>
          `osd.${osd} leaves ${path ?? "a disk that is gone"}, ${heir === undefined ? "and its number with it" : `and ${heir} takes its number over`}`,
      ),
      ...choice.disks.flatMap(({ path, serial, wipe }) =>
        wipe === undefined
          ? []
          : [`${path} (serial ${serial}) is wiped with what lies on it: ${wipe.what}`],
      ),
    ],
  };
}

/** Whether a live consent is about what lies on a disk, so that it has to be known exactly. */
export function asksToWipe(
  before: CephOsdsInputs | undefined,
  wanted: CephOsdsInputs,
  today: string,
): (disk: FoundDisk) => boolean {
  return wipesOf(wanted.connection.node, new Set(liveConsents(before, wanted, today))).has;
}

/** Whether an OSD that leaves has still something to be done. */
export function isUnfinished({ osd, uuid, heir }: LeavingOsd, { osds }: SeenOsds): boolean {
  const now = osds.find(({ id }) => id === osd);
  return now !== undefined && (now.uuid === uuid || (now.destroyed && heir !== undefined));
}

/** Disks that a rule means beyond those that were chosen, and chosen ones that are gone. Nothing is done about either. */
export function announced(state: CephOsdsInputs, { found, seen }: Sight): string[] {
  const chosen = (disk: FoundDisk): boolean =>
    state.disks.some(
      ({ path }) => disk.names.includes(path) || disk.names.includes(partOf(path)?.disk ?? path),
    );
  const lost = ownOsds(seen).filter(
    ({ id, destroyed }) => !destroyed && !found.some((disk) => numbersOn(disk).includes(id)),
  );
  return [
    ...found
      .filter(
        (disk) =>
          disk.osd === undefined && !chosen(disk) && state.rules.some((rule) => fits(rule, disk)),
      )
      .map((disk) => `a rule means ${shown(disk)}, which is not taken by itself`),
    ...state.disks
      .filter((disk) => isGone(disk, found))
      .map(({ path, serial }) => goneWith(path, serial, lost)),
  ];
}

/** A partition that was not made yet is as there as its disk. */
function isGone({ path, partitionBytes }: ChosenDisk, found: readonly FoundDisk[]): boolean {
  const disk = partitionBytes === undefined ? undefined : partOf(path)?.disk;
  return !found.some(
    ({ names }) => names.includes(path) || (disk !== undefined && names.includes(disk)),
  );
}

function goneWith(path: string, serial: string, lost: readonly KnownOsd[]): string {
  const osds = named(lost.map(({ id }) => id));
  return lost.length === 0
    ? `${path} (serial ${serial || "unknown"}) is gone`
    : `${path} (serial ${serial || "unknown"}) is gone, and ${osds} ${lost.length === 1 ? "lies" : "lie"} on no disk of the host (${consents(lost.map(({ id }) => id))} another disk takes the number over)`;
}

function wipesOf(node: string, live: ReadonlySet<string>): ConsentToWipe {
  const nameFor = ({ serial, part }: FoundDisk): string | undefined =>
    serial === "" || part !== undefined ? undefined : consentTo.wipe(node, serial);
  return {
    nameFor,
    has: (disk) => {
      const name = nameFor(disk);
      return name !== undefined && live.has(name);
    },
  };
}

/** A chosen disk on which something lies by now may be emptied by a later consent. */
function withConsent(
  chosen: ChosenDisk,
  disk: FoundDisk | undefined,
  wipes: ConsentToWipe,
): ChosenDisk {
  const wipe = disk === undefined ? undefined : wipeOf(disk, wipes);
  return wipe === undefined ? chosen : { ...chosen, wipe };
}

function leavingOf(
  { id, uuid }: KnownOsd,
  found: readonly FoundDisk[],
  heir: string | undefined,
): LeavingOsd {
  const on = found.filter((disk) => numbersOn(disk).includes(id));
  // Proxmox tells an OSD of a partition of its disk as well.
  const path = (on.find(({ part }) => part !== undefined) ?? on[0])?.names[0];
  return {
    osd: id,
    uuid,
    ...(path === undefined ? {} : { path }),
    ...(heir === undefined ? {} : { heir }),
  };
}

/** A disk is emptied of all its OSDs or of none: what is left could not be divided anew. */
function remaining(
  found: readonly FoundDisk[],
  own: readonly KnownOsd[],
  leaving: readonly number[],
): string[] {
  return found.flatMap(({ device, shared = [] }) => {
    const here = own.filter(({ id, destroyed }) => !destroyed && shared.includes(id));
    const stay = here.flatMap(({ id }) => (leaving.includes(id) ? [] : [id]));
    const go = here.flatMap(({ id }) => (leaving.includes(id) ? [id] : []));
    return go.length === 0 || stay.length === 0
      ? []
      : [
          `${named(go)} cannot leave ${device} alone, which ${named(stay)} ${stay.length === 1 ? "shares" : "share"}: they leave together (${consents(stay)} as well)`,
        ];
  });
}

/** A disk that lives keeps its data until all of it lies elsewhere, so there has to be an elsewhere. */
function nowhere(
  osd: KnownOsd,
  { osds, mostCopies }: SeenOsds,
  found: readonly FoundDisk[],
): string[] {
  const others = osds.filter(({ id, up, in: inside }) => id !== osd.id && up && inside);
  const hosts = new Set(others.map(({ host }) => host));
  return !found.some((disk) => numbersOn(disk).includes(osd.id)) ||
    !osd.up ||
    hosts.size >= mostCopies
    ? []
    : [
        `osd.${osd.id} cannot give its data away: without it ${hosts.size} hosts have OSDs that serve, and pools keep ${mostCopies} copies on as many hosts; add the new disk beside it first`,
      ];
}

/** Names of the consents that a decision rests on, with the last day that the file gives them. */
function consentsOf(
  disks: readonly ChosenDisk[],
  leaving: readonly LeavingOsd[],
  { connection, consent }: CephOsdsInputs,
): Record<string, string> {
  const names = [
    ...leaving.map(({ osd }) => consentTo.osd(osd)),
    ...disks.flatMap(({ serial, wipe }) =>
      wipe === undefined ? [] : [consentTo.wipe(connection.node, serial)],
    ),
  ];
  return Object.fromEntries(
    names.flatMap((name) => {
      const lastDay = consent[name];
      return lastDay === undefined ? [] : [[name, lastDay]];
    }),
  );
}

/** What was used up stays so as long as its line stands in the file. */
function spentWith(
  before: CephOsdsInputs | undefined,
  { consent }: CephOsdsInputs,
  used: Readonly<Record<string, string>>,
): Record<string, string> {
  const still = Object.entries(before?.spent ?? {}).filter(([name, day]) => consent[name] === day);
  return { ...Object.fromEntries(still), ...used };
}
