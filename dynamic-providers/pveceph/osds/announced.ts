import { partOf } from "../choose-partitions.js";
import { type FoundDisk, numbersOn } from "../disks.js";
import { consents, fits, named, shown } from "../meant-disks.js";
import { type KnownOsd, ownOsds, type Sight } from "../own-osds.js";
import { carrierGone, lostCarriers } from "./lost-slots.js";
import type { CephOsdsInputs, ChosenDisk } from "./schema.js";

/** Disks that a rule means beyond those that were chosen, and chosen ones that are gone. Nothing is done about either. */
export function announced(state: CephOsdsInputs, { found, seen }: Sight): string[] {
  const chosen = (disk: FoundDisk): boolean =>
    state.disks.some(
      ({ path }) => disk.names.includes(path) || disk.names.includes(partOf(path)?.disk ?? path),
    );
  const lost = disklessOsds({ found, seen });
  return [
    ...found
      .filter(
        (disk) =>
          disk.osd === undefined && !chosen(disk) && state.rules.some((rule) => fits(rule, disk)),
      )
      .map((disk) => `a rule means ${shown(disk)}, which is not taken by itself`),
    ...lostCarriers(state.disks, found).map(carrierGone),
    ...state.disks
      .filter((disk) => isGone(disk, found))
      .map(({ path, serial }) => goneWith(path, serial, lost)),
  ];
}

/** OSDs of the host that lie on no disk it has. */
export const disklessOsds = ({ found, seen }: Sight): KnownOsd[] =>
  ownOsds(seen).filter(
    ({ id, destroyed }) => !destroyed && !found.some((disk) => numbersOn(disk).includes(id)),
  );

/** A partition that was not made yet is as there as its disk. */
export function isGone({ path, partitionBytes }: ChosenDisk, found: readonly FoundDisk[]): boolean {
  const disk = partitionBytes === undefined ? undefined : partOf(path)?.disk;
  return !found.some(
    ({ names }) => names.includes(path) || (disk !== undefined && names.includes(disk)),
  );
}

export function goneWith(path: string, serial: string, lost: readonly KnownOsd[]): string {
  const osds = named(lost.map(({ id }) => id));
  return lost.length === 0
    ? `${path} (serial ${serial || "unknown"}) is gone`
    : `${path} (serial ${serial || "unknown"}) is gone, and ${osds} ${lost.length === 1 ? "lies" : "lie"} on no disk of the host (${consents(lost.map(({ id }) => id))} another disk takes the number over)`;
}
