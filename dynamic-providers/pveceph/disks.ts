import { z } from "zod";
import type { SlotKind } from "../../config/plan/ceph-slots.js";
import { get } from "../transport/pvesh/calls.js";
import { look } from "../transport/pvesh/part.js";
import type { PartitionTable } from "./partition-tables.js";

/** What lies on a disk that carries databases and logs of OSDs whose data lies elsewhere. */
export interface SlotsOn {
  /** Of OSDs of this host in this Ceph. */
  readonly of: readonly {
    readonly osd: number;
    readonly kind: SlotKind;
    readonly bytes: number;
  }[];
  /** Volumes that belong to no such OSD. */
  readonly others: number;
  /** None of the volumes is anything but Ceph's. */
  readonly onlyCeph: boolean;
  readonly freeBytes: number;
}

/** Where the OSD of a disk keeps a part of itself: the device, or that it is gone. */
export type Keeps = { readonly [kind in SlotKind]?: string };

/** A disk of a host as it was found. */
export interface FoundDisk {
  readonly device: string;
  /** Its names below /dev/disk/by-id; the first is Proxmox's own choice. */
  readonly names: readonly string[];
  /** Its other names below /dev/disk, which tell where it is plugged in. */
  readonly paths: readonly string[];
  readonly model: string;
  readonly serial: string;
  readonly sizeBytes: number;
  readonly rotational: boolean;
  /** What lies on it, in words; undefined for a blank one. */
  readonly used?: string;
  /** Why nobody may empty it, even with consent: the host may live on it. */
  readonly pinned?: string;
  /** The OSD of this host in this Ceph that lies on it. */
  readonly osd?: number;
  /** Whether that one is encrypted. */
  readonly encrypted?: boolean;
  /** Of its first bytes, where somebody asked for it. */
  readonly digest?: string;
  /** Data of an OSD that is none of ours, or whose number was kept for another disk. */
  readonly foreignOsd?: number;
  /** Where several OSDs share the disk: the numbers of all of them, whose ever they are. */
  readonly shared?: readonly number[];
  /** How many volumes with databases or logs of OSDs lie on it. */
  readonly slotVolumes?: number;
  /** Whose these are, where somebody asked for it. */
  readonly slots?: SlotsOn;
  /** Where its OSD keeps a part of itself, where somebody asked for it. */
  readonly keeps?: Keeps;
  /** What a whole disk is divided into, where somebody asked for it. */
  readonly table?: PartitionTable;
  /** Of a partition: the disk that it is a part of, and the name that the table has for it. */
  readonly part?: { readonly of: string; readonly label: string };
}

/** Numbers of the OSDs that lie on a disk, whose ever they are. */
export function numbersOn({ osd, foreignOsd, shared }: FoundDisk): readonly number[] {
  return shared ?? [osd, foreignOsd].flatMap((one) => one ?? []);
}

const number = z.union([z.number(), z.string()]).transform(Number);
const flag = z.union([z.number(), z.string(), z.boolean()]).transform((one) => Number(one) === 1);
export const DISKS = get(
  "/nodes/localhost/disks/list",
  z.array(
    z.object({
      devpath: z.string(),
      /** Of a partition: its disk. */
      parent: z.string().optional(),
      size: number,
      rpm: number.default(0),
      model: z.string().optional(),
      serial: z.string().optional(),
      by_id_link: z.string().optional(),
      used: z.string().optional(),
      mounted: flag.default(false),
      osdid: number.default(-1),
      "osdid-list": z.array(number).nullish(),
      osdencrypted: flag.default(false),
      db: number.default(0),
      wal: number.default(0),
    }),
  ),
  // A disk that is slow to tell its health is no reason to wait.
  { skipsmart: true, "include-partitions": true },
);

export const NAMES = look(
  "names of disks",
  'for name in /dev/disk/by-id/* /dev/disk/by-path/*; do if test -e "$name"; then printf "%s|%s\\n" "$name" "$(readlink -f "$name")"; fi; done',
  (text) =>
    text.split("\n").flatMap((line) => {
      const [name = "", device = ""] = line.trim().split("|");
      return device === "" ? [] : [{ name, device }];
    }),
);

type Row = ReturnType<typeof DISKS.read>[number];

/** What a running host may live on without a mount that shows it. */
const PINNING =
  /^(LVM|ZFS|ZFS reserved|EFI|BIOS boot|Device Mapper|mounted|swap|linux_raid_member)$/;

/**
 * A number on a disk is an OSD of ours only where Ceph knows it at this host: disks move, and bring their numbers along. With their
 * tables, partitions stand behind the disks.
 */
export function foundDisks(
  listed: readonly Row[],
  links: readonly { readonly name: string; readonly device: string }[],
  own: readonly number[],
  tables?: ReadonlyMap<string, PartitionTable>,
): FoundDisk[] {
  return listed
    .filter(({ parent }) => parent === undefined || tables !== undefined)
    .map((disk) => {
      const linked = links.flatMap(({ name, device }) => (device === disk.devpath ? [name] : []));
      const byId = linked.filter((name) => name.startsWith("/dev/disk/by-id/"));
      const parts = listed.filter(({ parent }) => parent === disk.devpath);
      const numbers = numbersIn(disk);
      const osd = numbers.find((one) => own.includes(one));
      const foreign = osd === undefined ? numbers[0] : undefined;
      const used = contentOf(disk, parts, foreign);
      const table = tables?.get(disk.devpath);
      const whole = listed.find(({ devpath }) => devpath === disk.parent);
      const pinned = osd === undefined ? pinnedBy(disk, parts, foreign) : undefined;
      return {
        device: disk.devpath,
        names: [...new Set([...(disk.by_id_link === undefined ? [] : [disk.by_id_link]), ...byId])],
        paths: linked.filter((name) => !byId.includes(name)),
        model: (whole ?? disk).model?.trim() ?? "",
        serial: serialOf(whole ?? disk),
        sizeBytes: disk.size,
        rotational: disk.rpm !== 0,
        ...(used === undefined || used === "" ? {} : { used }),
        ...(pinned === undefined ? {} : { pinned }),
        ...(osd === undefined ? {} : { osd, encrypted: disk.osdencrypted }),
        ...(foreign === undefined ? {} : { foreignOsd: foreign }),
        ...(disk.db + disk.wal === 0 ? {} : { slotVolumes: disk.db + disk.wal }),
        ...(numbers.length < 2 ? {} : { shared: numbers }),
        ...(table === undefined || whole !== undefined ? {} : { table }),
        ...(whole === undefined
          ? {}
          : { part: { of: whole.devpath, label: labelOf(disk, tables?.get(whole.devpath)) } }),
      };
    });
}

/** Proxmox tells one number of a disk, and beside it the list of them. */
function numbersIn({ osdid, "osdid-list": all }: Row): number[] {
  return [...new Set(all ?? [osdid])].filter((one) => one >= 0).toSorted((a, b) => a - b);
}

/** A partition of the kernel and one of the table are the same by their number. */
function labelOf({ devpath }: Row, table: PartitionTable | undefined): string {
  const number = Number(/(\d+)$/.exec(devpath)?.[1]);
  return table?.kind === "gpt"
    ? (table.partitions.find((one) => one.number === number)?.label ?? "")
    : "";
}

/** Proxmox's word for a disk that does not tell its own. */
function serialOf({ serial = "" }: Row): string {
  return serial.trim() === "unknown" ? "" : serial.trim();
}

function contentOf(
  disk: Row,
  parts: readonly Row[],
  foreign: number | undefined,
): string | undefined {
  if (foreign !== undefined) {
    return `data of another Ceph (osd.${foreign})`;
  }
  const on = parts.flatMap(({ used }) => used ?? []);
  return disk.used === "partitions" && on.length > 0
    ? `partitions with ${[...new Set(on)].join(", ")}`
    : disk.used;
}

function pinnedBy(
  disk: Row,
  parts: readonly Row[],
  foreign: number | undefined,
): string | undefined {
  const all = [disk, ...parts];
  const mounted = all.find((one) => one.mounted);
  if (mounted !== undefined) {
    return `${mounted.devpath} is mounted`;
  }
  // What lies in the volumes of an OSD is Ceph's, and nothing else.
  const held = all.find(
    ({ used, osdid }) => foreign === undefined && osdid < 0 && PINNING.test(used ?? ""),
  );
  return held === undefined ? undefined : `${held.devpath} holds ${held.used}`;
}
