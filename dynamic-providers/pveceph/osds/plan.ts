import { consentTo } from "../../../config/plan/consents.js";
import type { Change } from "../../kit/change.js";
import { isAnew } from "../../transport/ssh/connection.js";
import { againstPartition, againstRoom, partOf } from "../choose-partitions.js";
import { slotHindrance } from "../choose-slots.js";
import { type FoundDisk, numbersOn } from "../disks.js";
import { named } from "../meant-disks.js";
import type { KnownOsd, Sight } from "../own-osds.js";
import { disklessOsds, goneWith, isGone } from "./announced.js";
import { againstClasses, classChanges, type OtherClass, otherClasses } from "./classes.js";
import { isUnfinished } from "./decision.js";
import { carrierGone, lostCarriers } from "./lost-slots.js";
import { successorsOf } from "./replaced.js";
import { type CephOsdsInputs, type ChosenDisk, type LeavingOsd, osdsOn } from "./schema.js";

export type OsdStep =
  | { readonly does: "leave"; readonly leaving: LeavingOsd }
  | { readonly does: "make"; readonly disk: ChosenDisk; readonly inherits?: LeavingOsd }
  /** The disk of a machine that is no more, in the one that took its place. */
  | { readonly does: "revive"; readonly osd: KnownOsd }
  | { readonly does: "classify"; readonly other: OtherClass }
  /** Nothing of a host is touched while one of its disks cannot be what it was chosen for. */
  | { readonly does: "refuse"; readonly why: string };

/** OSDs that leave come first: a number is free before another disk takes it over. */
export function planOsds(
  wanted: CephOsdsInputs,
  { found, seen }: Sight,
  before?: CephOsdsInputs,
): Change<OsdStep>[] {
  const { connection, disks, leaving } = wanted;
  const { revived, inherited } = isAnew(before?.connection, wanted.connection)
    ? successorsOf(wanted, { found, seen })
    : { revived: [], inherited: [] };
  const diskless = disklessOsds({ found, seen });
  const left = leaving.filter((one) => isUnfinished(one, seen)).map(changeOf);
  const made = disks.flatMap((disk): Change<OsdStep>[] => {
    const now = found.find(({ names }) => names.includes(disk.path));
    const anew =
      now !== undefined &&
      leaving.some(
        (one) =>
          one.heir === disk.path && isUnfinished(one, seen) && numbersOn(now).includes(one.osd),
      );
    const lost = lostCarriers([disk], found)[0];
    if (now?.osd !== undefined && !anew && numbersOn(now).length >= osdsOn(disk)) {
      return lost === undefined
        ? []
        : [
            {
              kind: "change",
              path: `osds["${disk.path}"]`,
              from: `${lost.path} is gone`,
              to: "OSD",
              step: { does: "refuse", why: carrierGone(lost) },
            },
          ];
    }
    const add = { kind: "add", path: `osds["${disk.path}"]`, to: "OSD" } as const;
    if (anew) {
      const from = `${named(numbersOn(now))} without its slot`;
      return [{ ...add, from, step: { does: "make", disk } }];
    }
    if (now?.osd !== undefined) {
      const from = `${numbersOn(now).length} of ${osdsOn(disk)}`;
      return [{ ...add, from, step: { does: "make", disk } }];
    }
    const hindered = hindrance(
      disk,
      now,
      found,
      leaving.map(({ osd }) => osd),
    );
    if (hindered !== undefined) {
      const missing = isGone(disk, found);
      const why = missing ? goneWith(disk.path, disk.serial, diskless) : hindered;
      const from = missing ? goneText(diskless) : (now?.used ?? "gone");
      return [{ ...add, from, step: { does: "refuse", why } }];
    }
    const inherits = inherited.find(({ heir }) => heir === disk.path);
    const step = { does: "make", disk, ...(inherits === undefined ? {} : { inherits }) } as const;
    return now?.used === undefined
      ? [{ ...add, from: "absent", step }]
      : [{ ...add, from: now.used, consent: consentTo.wipe(connection.node, disk.serial), step }];
  });
  const handed = inherited
    .filter((one) => !seen.osds.some(({ id, destroyed }) => id === one.osd && destroyed))
    .map(
      (one): Change<OsdStep> => ({
        kind: "add",
        path: consentTo.osd(one.osd),
        from: "gone with the old machine",
        to: `on ${one.heir}`,
        step: { does: "leave", leaving: one },
      }),
    );
  const started = revived.map(
    ({ osd, disk }): Change<OsdStep> => ({
      kind: "add",
      path: consentTo.osd(osd.id),
      from: `down, on ${disk.path}`,
      to: "up",
      step: { does: "revive", osd },
    }),
  );
  return [...left, ...handed, ...made, ...started, ...classified(disks, { found, seen })];
}

const goneText = (diskless: readonly KnownOsd[]): string =>
  diskless.length === 0 ? "gone" : `gone with ${named(diskless.map(({ id }) => id))}`;

function classified(disks: readonly ChosenDisk[], sight: Sight): Change<OsdStep>[] {
  const others = otherClasses(disks, sight);
  const [why] = againstClasses(others, sight);
  return classChanges(others).map((change) =>
    why === undefined ? change : { ...change, step: { does: "refuse", why } },
  );
}

function changeOf(leaving: LeavingOsd): Change<OsdStep> {
  const { osd, path, heir } = leaving;
  const name = consentTo.osd(osd);
  return {
    kind: "remove",
    path: name,
    from: path ?? "on a disk that is gone",
    to: heir === undefined ? "absent" : `on ${heir}`,
    consent: name,
    step: { does: "leave", leaving },
  };
}

/** Why a chosen disk cannot get its OSD now. */
export function hindrance(
  chosen: ChosenDisk,
  disk: FoundDisk | undefined,
  found: readonly FoundDisk[],
  leaving: readonly number[] = [],
): string | undefined {
  const { path, serial, wipe, partitionBytes } = chosen;
  const slots = [chosen.db, chosen.wal].flatMap((slot) => slot ?? []);
  const slotless = slots.flatMap((slot) => slotHindrance(slot, found, leaving) ?? [])[0];
  if (slotless !== undefined) {
    return slotless;
  }
  if (partitionBytes !== undefined) {
    const whole = found.find(({ names }) => names.includes(partOf(path)?.disk ?? ""));
    return disk !== undefined
      ? againstPartition(disk, partitionBytes)[0]
      : whole === undefined
        ? `the disk of ${path} (serial ${serial || "unknown"}) is not there`
        : againstRoom(whole, partitionBytes)[0];
  }
  if (disk === undefined) {
    return `${path} (serial ${serial || "unknown"}) is not there`;
  }
  if (disk.used === undefined) {
    return undefined;
  }
  const asConsented =
    wipe !== undefined &&
    disk.pinned === undefined &&
    wipe.what === disk.used &&
    wipe.digest === disk.digest;
  return asConsented ? undefined : `${path} (${disk.device}) is in use: ${disk.used}`;
}
