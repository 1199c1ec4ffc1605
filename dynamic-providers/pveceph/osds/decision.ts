import { isDeepStrictEqual } from "node:util";
import { consentsNamed, consentTo, holdsOn } from "../../../config/plan/consents.js";
import { isAnew } from "../../transport/ssh/connection.js";
import { chooseDisks } from "../choose-disks.js";
import { type FoundDisk, numbersOn } from "../disks.js";
import { type ConsentToWipe, wipeOf } from "../meant-disks.js";
import { type KnownOsd, ownOsds, type SeenOsds, type Sight } from "../own-osds.js";
import { nowhere, remaining } from "./against-leaving.js";
import { disklessOsds, goneWith, isGone } from "./announced.js";
import { againstClasses, otherClasses } from "./classes.js";
import { asBlank, carrierGone, lostCarriers, madeAnew } from "./lost-slots.js";
import { recognised } from "./replaced.js";
import {
  type CephOsdsInputs,
  type ChosenDisk,
  type LeavingOsd,
  osdsOn,
  type Slot,
} from "./schema.js";

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
  const lost = disklessOsds({ found, seen });
  const carried = (before?.leaving ?? []).filter((one) => isUnfinished(one, seen));
  const free = own.filter(
    ({ id, destroyed }) =>
      !destroyed && live.has(consentTo.osd(id)) && !carried.some(({ osd }) => osd === id),
  );
  const leavesDisk = (disk: FoundDisk): boolean =>
    [...free.map(({ id }) => id), ...carried.map(({ osd }) => osd)].some((id) =>
      numbersOn(disk).includes(id),
    );
  const lostSlots = anew ? [] : lostCarriers(earlier, found);
  const stays = found.filter(
    (disk) =>
      leavesDisk(disk) &&
      (carried.some(({ heir = "" }) => disk.names.includes(heir)) ||
        (disk.osd !== undefined && madeAnew(disk, wanted.rules, found))),
  );
  const candidates = found.flatMap((disk) =>
    stays.includes(disk) ? [asBlank(disk)] : leavesDisk(disk) ? [] : [disk],
  );

  if (
    sameRules(before, wanted) &&
    free.length === 0 &&
    gone.length === 0 &&
    lostSlots.length === 0
  ) {
    const consented = <One extends ChosenDisk | Slot>(one: One): One =>
      withConsent(one, isOn(one.path), wipes);
    const disks = earlier.map((disk) => ({
      ...consented(disk),
      ...(disk.db && { db: consented(disk.db) }),
      ...(disk.wal && { wal: consented(disk.wal) }),
    }));
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
  const ownDisk = (id: number): string | undefined =>
    stays.find((disk) => numbersOn(disk).includes(id))?.names[0];
  const moving = free.filter(({ id }) => ownDisk(id) === undefined);
  const leaving = [
    ...carried,
    ...free.map((osd) =>
      leavingOf(osd, found, ownDisk(osd.id) ?? fresh[moving.indexOf(osd)]?.path),
    ),
  ];
  const without = lostSlots.filter(({ osds }) =>
    osds.some((osd) => !leaving.some((one) => one.osd === osd)),
  );
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
      ...without.map(carrierGone),
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
      ...devicesOf(choice.disks).flatMap(({ path, serial, wipe }) =>
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
function withConsent<One extends ChosenDisk | Slot>(
  chosen: One,
  disk: FoundDisk | undefined,
  wipes: ConsentToWipe,
): One {
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

/** The disks themselves, and those that carry a part of their OSDs; each once. */
function devicesOf(disks: readonly ChosenDisk[]): (ChosenDisk | Slot)[] {
  const all = disks.flatMap((disk) => [disk, disk.db, disk.wal].flatMap((one) => one ?? []));
  return all.filter((one, at) => all.findIndex(({ path }) => path === one.path) === at);
}

/** Names of the consents that a decision rests on, with the last day that the file gives them. */
function consentsOf(
  disks: readonly ChosenDisk[],
  leaving: readonly LeavingOsd[],
  { connection, consent }: CephOsdsInputs,
): Record<string, string> {
  const names = [
    ...leaving.map(({ osd }) => consentTo.osd(osd)),
    ...devicesOf(disks).flatMap(({ serial, wipe }) =>
      wipe === undefined ? [] : [consentTo.wipe(connection.node, serial)],
    ),
  ];
  return consentsNamed(consent, names);
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
