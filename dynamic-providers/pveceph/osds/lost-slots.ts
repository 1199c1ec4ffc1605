import { SLOT_KINDS, SLOT_NAMES, type SlotKind } from "../../../config/plan/ceph-slots.js";
import { type FoundDisk, numbersOn } from "../disks.js";
import { consents, fits, named } from "../meant-disks.js";
import { GONE } from "../volumes.js";
import type { ChosenDisk, DiskRule } from "./schema.js";

/** Whether an OSD lies on a disk with all that it needs. One whose database is gone is as lost as one whose disk is. */
export function isWhole(osd: number, found: readonly FoundDisk[]): boolean {
  return found.some(
    (disk) =>
      numbersOn(disk).includes(osd) && !SLOT_KINDS.some((kind) => disk.keeps?.[kind] === GONE),
  );
}

/** A disk with slots that is not there any more, and what it took along. */
interface LostCarrier {
  readonly path: string;
  readonly serial: string;
  readonly kind: SlotKind;
  readonly osds: readonly number[];
}

export function lostCarriers(
  disks: readonly ChosenDisk[],
  found: readonly FoundDisk[],
): LostCarrier[] {
  const lost = new Map<string, LostCarrier>();
  for (const disk of disks) {
    const on = found.find(({ names }) => names.includes(disk.path));
    for (const kind of SLOT_KINDS) {
      const slot = disk[kind];
      if (slot !== undefined && !found.some(({ names }) => names.includes(slot.path))) {
        const { path, serial } = slot;
        const osds = [...(lost.get(path)?.osds ?? []), ...(on?.osd === undefined ? [] : [on.osd])];
        lost.set(path, { path, serial, kind, osds });
      }
    }
  }
  return [...lost.values()];
}

export function carrierGone({ path, serial, kind, osds }: LostCarrier): string {
  const what = `${path} (serial ${serial || "unknown"}) is gone`;
  return osds.length === 0
    ? `${what}, on which a ${SLOT_NAMES[kind]} was to lie`
    : `${what}, and with it ${named(osds)}, which had the ${SLOT_NAMES[kind]} there (${consents(osds)} they are made anew on their own disks, with slots where the rules mean them)`;
}

/**
 * An OSD with consent whose slot is not where the rules mean it is made anew on its own disk: that disk is not what is wrong. It counts as
 * blank for the rules then.
 */
export function madeAnew(
  disk: FoundDisk,
  rules: readonly DiskRule[],
  found: readonly FoundDisk[],
): boolean {
  const whole = found.find(({ device }) => device === disk.part?.of) ?? disk;
  const rule = rules.find((one) => fits(one, whole));
  return SLOT_KINDS.some((kind) => {
    const wish = rule?.[kind];
    const there = found.find(({ device }) => device === disk.keeps?.[kind]);
    return wish !== undefined && (there === undefined || !fits(wish, there));
  });
}

/** The disk as it will be when its OSD has left. */
export function asBlank(disk: FoundDisk): FoundDisk {
  const {
    osd: _osd,
    foreignOsd: _foreign,
    shared: _shared,
    used: _used,
    pinned: _pinned,
    encrypted: _encrypted,
    keeps: _keeps,
    ...rest
  } = disk;
  return rest;
}
