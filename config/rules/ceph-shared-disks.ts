import { list } from "../findings/enumeration.js";
import { diskSize, gib } from "../findings/figures.js";
import { type CodeTable, type Draft, drafter, type Path } from "../findings/finding.js";
import { roomForSlots, SLOT_KINDS, SLOT_NAMES, wholeSlot } from "../plan/ceph-slots.js";
import type { Osd } from "./ceph-osds.js";

export const sharedCodes = {
  "ceph/divided-partition": {
    severity: "error",
    about: "Several OSDs share a disk as a whole; Ceph's program divides no partition.",
  },
  "ceph/divided-with-slots": {
    severity: "error",
    about: "Proxmox makes several OSDs on a disk only without a disk for their databases or logs.",
  },
  "ceph/slot-too-small": {
    severity: "error",
    about: "Proxmox makes no database below 1 GiB and no log below half of one.",
  },
  "ceph/slots-too-many": {
    severity: "error",
    about: "The disks for databases or logs bear fewer slots than the OSDs need.",
  },
  "ceph/slots-with-data": {
    severity: "error",
    about:
      "A disk carries the data of an OSD, databases of others or their logs, and only one of the three.",
  },
} as const satisfies CodeTable;
const draft = drafter(sharedCodes);

/** What Proxmox asks for at least. */
const LEAST = { db: 2 ** 30, wal: 2 ** 29 } as const;

/** What several OSDs on a disk exclude, and what slots on other disks need. */
export function sharedDrafts(osd: Osd, path: Path): Draft[] {
  const { partition, perDevice } = osd;
  const slots = SLOT_KINDS.filter((kind) => osd[kind] !== undefined);
  return [
    ...(partition === undefined || perDevice === 1
      ? []
      : [
          draft(
            "ceph/divided-partition",
            [...path, "perDevice"],
            `${perDevice} OSDs cannot share a partition.`,
            "Leave `perDevice` out, or `partition` to give them the whole disk.",
          ),
        ]),
    ...(slots.length === 0 || perDevice === 1
      ? []
      : [
          draft(
            "ceph/divided-with-slots",
            [...path, "perDevice"],
            `${perDevice} OSDs on each disk cannot have a ${list(slots.map((kind) => SLOT_NAMES[kind]))} elsewhere.`,
            "Leave `perDevice` out: disks that need it are as fast as those for databases.",
          ),
        ]),
    ...SLOT_KINDS.flatMap((kind) => slotDrafts(osd, kind, path)),
    ...togetherDrafts(osd, path),
  ];
}

function slotDrafts(osd: Osd, kind: (typeof SLOT_KINDS)[number], path: Path): Draft[] {
  const slots = osd[kind];
  if (slots === undefined) {
    return [];
  }
  const each = wholeSlot(slots.size);
  const least = LEAST[kind];
  const small =
    each >= least
      ? []
      : [
          draft(
            "ceph/slot-too-small",
            [...path, kind, "size"],
            `A ${SLOT_NAMES[kind]} of ${gib(each)} is too small: Proxmox makes none below ${gib(least)}.`,
            `Write ${gib(least)} or more; some hundredths of the disk are usual for a database.`,
          ),
        ];
  const disk = slots.select?.size ?? slots.select?.atMost;
  const fitting = disk === undefined ? undefined : Math.floor(roomForSlots(disk) / each);
  const onEach = Math.ceil(osd.count / slots.count);
  const many =
    disk === undefined || fitting === undefined || onEach <= fitting
      ? []
      : [
          draft(
            "ceph/slots-too-many",
            [...path, kind, "size"],
            `${osd.count} OSDs on ${slots.count} ${slots.count === 1 ? "disk" : "disks"} need ${onEach} slots of ${diskSize(slots.size)} on one of them, and ${diskSize(disk)} bear ${fitting}.`,
            `Write slots of at most ${gib(wholeSlot(roomForSlots(disk) / onEach))}, or use more disks for them.`,
          ),
        ];
  return [...small, ...many];
}

/** The same words for two uses mean the same disks twice. */
function togetherDrafts(osd: Osd, path: Path): Draft[] {
  const { db, wal } = osd;
  const words = (one: Pick<Osd, "device" | "select"> | undefined): string | undefined =>
    one && JSON.stringify([one.device, one.select]);
  const uses = [words(osd), words(db), words(wal)].flatMap((one) => one ?? []);
  return new Set(uses).size === uses.length
    ? []
    : [
        draft(
          "ceph/slots-with-data",
          path,
          "The same disks are meant for two of data, databases and logs.",
          "Describe other disks for databases; leave `wal` out where the logs may lie with them.",
        ),
      ];
}
