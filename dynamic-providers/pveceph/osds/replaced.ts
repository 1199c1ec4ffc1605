import { SLOT_KINDS } from "../../../config/plan/ceph-slots.js";
import { type FoundDisk, type Keeps, numbersOn } from "../disks.js";
import type { Sight } from "../own-osds.js";
import { type KnownOsd, ownOsds } from "../own-osds.js";
import { type CephOsdsInputs, type ChosenDisk, type LeavingOsd, osdsOn } from "./schema.js";

/** Before a host that took another one's place has joined it knows no Ceph, so the OSDs on disks that it took over look like another Ceph's. */
export function recognised({ found, seen }: Sight, before: CephOsdsInputs | undefined): Sight {
  if (seen.osds.length > 0) {
    return { found, seen };
  }
  return {
    seen,
    found: found.map((disk) => {
      // Whose databases lie there Ceph will say; until then the state's word is as good as for the disks with data.
      if (disk.slotVolumes !== undefined && isCarrier(disk, before)) {
        const { used: _kept, pinned: _held, slots: _slots, ...carrier } = disk;
        return carrier;
      }
      const { foreignOsd, used: _used, pinned: _pinned, ...rest } = disk;
      const chosen = before?.disks.find(({ path }) => disk.names.includes(path));
      return foreignOsd === undefined || chosen === undefined
        ? disk
        : {
            ...rest,
            used: "LVM",
            osd: foreignOsd,
            encrypted: chosen.encrypted,
            keeps: keptAt(chosen, found),
          };
    }),
  };
}

/** Where the state says that the OSD of a disk keeps its parts. */
function keptAt(chosen: ChosenDisk, found: readonly FoundDisk[]): Keeps {
  return Object.fromEntries(
    SLOT_KINDS.flatMap((kind) => {
      const carrier = found.find(({ names }) => names.includes(chosen[kind]?.path ?? ""));
      return carrier === undefined ? [] : [[kind, carrier.device]];
    }),
  );
}

const isCarrier = ({ names }: FoundDisk, before: CephOsdsInputs | undefined): boolean =>
  before?.disks.some(({ db, wal }) =>
    [db, wal].some((slot) => slot !== undefined && names.includes(slot.path)),
  ) === true;

/** What of the old machine lives on in the new one. */
export interface Successors {
  /** OSDs whose disks came along: they only have to be started. */
  readonly revived: readonly { readonly osd: KnownOsd; readonly disk: ChosenDisk }[];
  /** OSDs that went with the old machine, each with the disk that takes its number and its place over. */
  readonly inherited: readonly LeavingOsd[];
}

export function successorsOf(
  { disks, leaving }: CephOsdsInputs,
  { found, seen }: Sight,
): Successors {
  const own = ownOsds(seen);
  // Of a partition its disk is told too.
  const lying = (osd: number): readonly FoundDisk[] =>
    found.filter((disk) => numbersOn(disk).includes(osd));
  const bare = disks
    .filter(
      ({ path }) =>
        found.find(({ names }) => names.includes(path))?.osd === undefined &&
        !leaving.some(({ heir }) => heir === path),
    )
    .flatMap((disk) => Array<ChosenDisk>(osdsOn(disk)).fill(disk));
  const orphans = own.filter(
    ({ id, up }) => !up && lying(id).length === 0 && !leaving.some(({ osd }) => osd === id),
  );
  return {
    revived: own.flatMap((osd) => {
      const disk = disks.find(({ path }) =>
        lying(osd.id).some(({ names }) => names.includes(path)),
      );
      return osd.up || osd.destroyed || disk === undefined ? [] : [{ osd, disk }];
    }),
    inherited: bare.flatMap(({ path }, at) => {
      const orphan = orphans[at];
      return orphan === undefined ? [] : [{ osd: orphan.id, uuid: orphan.uuid, heir: path }];
    }),
  };
}
