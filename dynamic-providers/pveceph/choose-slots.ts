import { diskSize } from "../../config/findings/figures.js";
import {
  roomForSlots,
  SLOT_KINDS,
  SLOT_NAMES,
  type SlotKind,
} from "../../config/plan/ceph-slots.js";
import { type FoundDisk, numbersOn } from "./disks.js";
import {
  type ConsentToWipe,
  fits,
  named,
  otherNumber,
  shown,
  wayOut,
  wipeOf,
} from "./meant-disks.js";
import type { ChosenDisk, DiskRule, Slot, SlotRule } from "./osds/schema.js";
import { GONE } from "./volumes.js";

/** A disk for an OSD, and why it was chosen. */
export interface Meant {
  readonly rule: DiskRule;
  readonly chosen: ChosenDisk;
  /** What lies there; undefined for a partition that has yet to be made. */
  readonly disk: FoundDisk | undefined;
}

/** Makers round, and so do people who make a slot by hand. */
const ROUNDED = 0.01;

export interface Choice {
  readonly disks: readonly ChosenDisk[];
  /** Why nothing is taken, in words; empty when the rules fit what is there. */
  readonly against: readonly string[];
}

/** Where the OSDs of the chosen disks keep their databases and logs: where they have them, and new ones evenly on the disks that are meant. */
export function chooseSlots(
  meant: readonly Meant[],
  found: readonly FoundDisk[],
  consent: ConsentToWipe,
): Choice {
  const against: string[] = [];
  const slots = new Map<Meant, { db?: Slot; wal?: Slot }>();
  for (const kind of SLOT_KINDS) {
    for (const rule of new Set(meant.map((one) => one.rule))) {
      const wish = rule[kind];
      if (wish === undefined) {
        continue;
      }
      const carriers = carriersOf(kind, wish, found, consent);
      against.push(...carriers.against);
      const own = meant.filter((one) => one.rule === rule);
      const spread = spreadOver(kind, wish, own, carriers.disks, consent);
      against.push(...spread.against);
      for (const [one, slot] of spread.slots) {
        slots.set(one, { ...slots.get(one), [kind]: slot });
      }
    }
  }
  const disks = meant.map((one) => ({ ...one.chosen, ...slots.get(one) }));
  return {
    disks,
    against: [
      ...against,
      ...forBoth(disks, found),
      ...againstAmount(
        meant.map((one, at) => ({ ...one, chosen: disks[at] ?? one.chosen })),
        found,
      ),
    ],
  };
}

/** The disks that a rule for slots means, and what lies in the way on them. */
function carriersOf(
  kind: SlotKind,
  rule: SlotRule,
  found: readonly FoundDisk[],
  consent: ConsentToWipe,
): { readonly disks: readonly FoundDisk[]; readonly against: readonly string[] } {
  const disks = found.filter((disk) => fits(rule, disk));
  const wanted = rule.by === "name" ? 1 : rule.count;
  if (disks.length !== wanted) {
    return { disks: [], against: [otherNumber(rule, wanted, disks, found, SLOT_NAMES[kind])] };
  }
  return { disks, against: disks.flatMap((disk) => againstCarrier(disk, kind, consent)) };
}

function againstCarrier(disk: FoundDisk, kind: SlotKind, consent: ConsentToWipe): string[] {
  const { device, names, used, slots, pinned } = disk;
  if (names.length === 0) {
    return [`${shown(disk)} has no name below /dev/disk/by-id, and its other name moves`];
  }
  if (numbersOn(disk).length > 0) {
    return [
      `${device} carries ${named(numbersOn(disk))} as a whole, so no ${SLOT_NAMES[kind]} of another OSD can lie there`,
    ];
  }
  if (used === undefined || wipeOf(disk, consent) !== undefined || isOurs(disk)) {
    return [];
  }
  if (slots !== undefined && slots.of.length > 0) {
    return [
      `${slots.others} of the ${slots.of.length + slots.others} volumes on ${device} belong to no OSD of this host: \`ceph-volume lvm list\` and \`lvs\` show them; \`lvremove\` those that nobody needs`,
    ];
  }
  return [`${shown(disk)} is in use: ${used}${wayOut(pinned, consent.nameFor(disk))}`];
}

/** Everything on it is a part of an OSD of this host. */
const isOurs = ({ slots }: FoundDisk): boolean =>
  slots !== undefined && slots.of.length > 0 && slots.others === 0;

/** An OSD that is there keeps its slot; each new one gets its own where there are fewest. */
function spreadOver(
  kind: SlotKind,
  { slotBytes, ...rule }: SlotRule,
  own: readonly Meant[],
  carriers: readonly FoundDisk[],
  consent: ConsentToWipe,
): { readonly slots: ReadonlyMap<Meant, Slot>; readonly against: readonly string[] } {
  const slots = new Map<Meant, Slot>();
  const against: string[] = [];
  const load = new Map(carriers.map((carrier) => [carrier, 0]));
  const put = (one: Meant, carrier: FoundDisk): void => {
    load.set(carrier, (load.get(carrier) ?? 0) + 1);
    const path = rule.by === "name" ? rule.path : carrier.names[0];
    if (path !== undefined) {
      const { model, serial, sizeBytes } = carrier;
      const wipe = wipeOf(carrier, consent);
      slots.set(one, { path, model, serial, sizeBytes, slotBytes, ...(wipe && { wipe }) });
    }
  };
  for (const one of own) {
    const { disk } = one;
    if (disk?.osd !== undefined) {
      const there = carriers.find(({ device }) => device === disk.keeps?.[kind]);
      against.push(...againstKept(kind, disk, there, slotBytes, carriers));
      if (there !== undefined) {
        put(one, there);
      }
    }
  }
  for (const one of own) {
    const fewest = carriers.toSorted((a, b) => (load.get(a) ?? 0) - (load.get(b) ?? 0))[0];
    if (one.disk?.osd === undefined && fewest !== undefined) {
      put(one, fewest);
    }
  }
  return { slots, against };
}

/** Why an OSD that is there does not keep its part where the file says. */
function againstKept(
  kind: SlotKind,
  { device, osd = -1, keeps }: FoundDisk,
  there: FoundDisk | undefined,
  slotBytes: number,
  carriers: readonly FoundDisk[],
): string[] {
  const where = keeps?.[kind];
  if (there === undefined) {
    const now =
      where === undefined
        ? `on ${device} itself`
        : where === GONE
          ? "nowhere: its disk is gone"
          : `on ${where}`;
    const meant = carriers.map((one) => one.device).join(", ");
    return carriers.length === 0
      ? []
      : [
          `osd.${osd} on ${device} has its ${SLOT_NAMES[kind]} ${now}, and the stack file means ${meant}; it moves only by making the OSD anew (${consentFor(osd)})`,
        ];
  }
  const slot = there.slots?.of.find((one) => one.osd === osd && one.kind === kind);
  return slot === undefined || Math.abs(slot.bytes - slotBytes) <= slotBytes * ROUNDED
    ? []
    : [
        `the ${SLOT_NAMES[kind]} of osd.${osd} on ${there.device} has ${diskSize(slot.bytes)}, and the stack file says ${diskSize(slotBytes)}; no slot is ever resized (${consentFor(osd)} the OSD is made anew)`,
      ];
}

const consentFor = (osd: number): string => `with the consent \`osd.${osd}\``;

/** One disk cannot carry the data of an OSD and parts of others. */
function forBoth(disks: readonly ChosenDisk[], found: readonly FoundDisk[]): string[] {
  const deviceOf = (path: string): string =>
    found.find(({ names }) => names.includes(path))?.device ?? path;
  const data = new Set(disks.map(({ path }) => deviceOf(path)));
  const carriers = new Set(
    disks.flatMap(({ db, wal }) =>
      [db, wal].flatMap((one) => (one === undefined ? [] : [one.path])),
    ),
  );
  return [...carriers]
    .filter((path) => data.has(deviceOf(path)))
    .map((path) => `${path} is meant for the data of an OSD and for parts of others`);
}

/** New slots against the room that a disk has. What leaves gives its slot back first. */
function againstAmount(meant: readonly Meant[], found: readonly FoundDisk[]): string[] {
  return found.flatMap((disk) => {
    const here = meant.flatMap(({ disk: data, chosen }) =>
      SLOT_KINDS.flatMap((kind) => {
        const slot = chosen[kind];
        return slot !== undefined && disk.names.includes(slot.path)
          ? [{ osd: data?.osd, bytes: slot.slotBytes }]
          : [];
      }),
    );
    const fresh = here.filter(({ osd }) => osd === undefined);
    const kept = new Set(here.map(({ osd }) => osd));
    const wanted = fresh.reduce((sum, { bytes }) => sum + bytes, 0);
    const room = roomOn(disk, kept);
    return wanted <= room
      ? []
      : [
          `${disk.device} has no room for ${fresh.length} more ${fresh.length === 1 ? "slot" : "slots"}: they take ${diskSize(wanted)}, and ${diskSize(room)} of its ${diskSize(disk.sizeBytes)} are free`,
        ];
  });
}

function roomOn({ sizeBytes, slots }: FoundDisk, kept: ReadonlySet<number | undefined>): number {
  if (slots === undefined || slots.of.length === 0) {
    return roomForSlots(sizeBytes);
  }
  const leaving = slots.of.filter(({ osd }) => !kept.has(osd));
  return slots.freeBytes + leaving.reduce((sum, { bytes }) => sum + bytes, 0);
}

/** Why a chosen disk cannot take a slot, once the OSDs that leave have given theirs back. */
export function slotHindrance(
  { path, serial, slotBytes, wipe }: Slot,
  found: readonly FoundDisk[],
  leaving: readonly number[],
): string | undefined {
  const disk = found.find(({ names }) => names.includes(path));
  if (disk === undefined) {
    return `${path} (serial ${serial || "unknown"}) is not there`;
  }
  const { used, pinned, digest, slots } = disk;
  if (used === undefined) {
    return undefined;
  }
  if (slots !== undefined && isOurs(disk)) {
    const given = slots.of.filter(({ osd }) => leaving.includes(osd));
    const free = slots.freeBytes + given.reduce((sum, { bytes }) => sum + bytes, 0);
    return free >= slotBytes
      ? undefined
      : `${path} has no room for a slot of ${diskSize(slotBytes)}: ${diskSize(free)} are free`;
  }
  const asConsented =
    wipe !== undefined && pinned === undefined && wipe.what === used && wipe.digest === digest;
  return asConsented ? undefined : `${path} (${disk.device}) is in use: ${used}`;
}
