import { look } from "../transport/pvesh/part.js";

/** What `sgdisk`, which comes with Proxmox, reads from a disk. */
export type PartitionTable =
  | { readonly kind: "none" }
  | { readonly kind: "mbr" }
  /** Damaged, or not read: nothing may be concluded from it. */
  | { readonly kind: "unread"; readonly why: string }
  | {
      readonly kind: "gpt";
      readonly sectorBytes: number;
      readonly firstSector: number;
      readonly lastSector: number;
      readonly partitions: readonly TablePartition[];
    };

interface TablePartition {
  readonly number: number;
  readonly first: number;
  readonly last: number;
  readonly label: string;
}

/** Where a partition may come to lie. */
interface Gap {
  readonly first: number;
  readonly last: number;
  readonly bytes: number;
}

/** Tables of all disks of a host; partitions have none. It reads and changes nothing. */
export const TABLES = look(
  "partition tables",
  [
    "command -v sgdisk >/dev/null || exit 1",
    'for device in $(for name in /dev/disk/by-id/*; do case $name in *-part[0-9]*) ;; *) readlink -f "$name" ;; esac; done | sort -u); do',
    '  if test -b "$device"; then printf "@@table %s\\n" "$device"; sgdisk -p "$device" 2>&1; printf "@@exit %s\\n" $?; fi',
    "done",
  ].join("\n"),
  (text) =>
    new Map(
      text
        .split(/^@@table /m)
        .slice(1)
        .map((one): [string, PartitionTable] => {
          const [device = "", ...lines] = one.split("\n");
          return [device.trim(), tableIn(lines.join("\n"))];
        }),
    ),
);

const ROW = /^\s*(\d+)\s+(\d+)\s+(\d+)\s+[\d.]+ \S+\s+[0-9A-F]{4}(?: {2}(.*))?$/;

export function tableIn(text: string): PartitionTable {
  const status = /^@@exit (\d+)$/m.exec(text)?.[1];
  const lines = text
    .replace(/^@@exit .*$/m, "")
    .split("\n")
    .filter((line) => line.trim() !== "");
  const sectorBytes = Number(/^Sector size \(logical.*?\): (\d+)/m.exec(text)?.[1]);
  const [, first, last] =
    /^First usable sector is (\d+), last usable sector is (\d+)/m.exec(text) ?? [];
  // One that sgdisk would have to mend first, by its other copy, it reads all the same.
  const damage = lines.find((line) => /^(Caution|Warning)\b/.test(line));
  if (damage !== undefined) {
    return { kind: "unread", why: damage.trim() };
  }
  if (status !== "0" || first === undefined || !(sectorBytes > 0)) {
    return { kind: "unread", why: lines[0]?.trim() ?? "no answer" };
  }
  if (/converting MBR to GPT/.test(text)) {
    return { kind: "mbr" };
  }
  if (/^Creating new GPT entries/m.test(text)) {
    return { kind: "none" };
  }
  return {
    kind: "gpt",
    sectorBytes,
    firstSector: Number(first),
    lastSector: Number(last),
    partitions: lines.flatMap((line) => {
      const [, number, from, to, label = ""] = ROW.exec(line) ?? [];
      return number === undefined
        ? []
        : [{ number: Number(number), first: Number(from), last: Number(to), label: label.trim() }];
    }),
  };
}

/** What Proxmox and all others align to. */
const ALIGNED = 2 ** 20;
/** Both copies of a table of a disk that has none yet lie at its ends. */
const ENDS = 2 * ALIGNED;

/** The gaps of a disk, from its beginning on; undefined where there is nothing to put a partition into. */
export function gapsOf(table: PartitionTable, diskBytes: number): Gap[] | undefined {
  if (table.kind === "none") {
    return [{ first: 0, last: 0, bytes: Math.max(0, diskBytes - ENDS) }];
  }
  if (table.kind !== "gpt") {
    return undefined;
  }
  const { sectorBytes, firstSector, lastSector, partitions } = table;
  const step = ALIGNED / sectorBytes;
  const inOrder = partitions.toSorted((a, b) => a.first - b.first);
  const starts = [firstSector, ...inOrder.map(({ last }) => last + 1)];
  const ends = [...inOrder.map(({ first }) => first - 1), lastSector];
  return starts.flatMap((start, at) => {
    const first = Math.ceil(start / step) * step;
    const last = ends[at] ?? lastSector;
    return last < first ? [] : [{ first, last, bytes: (last - first + 1) * sectorBytes }];
  });
}

/** The lowest number that no partition has. */
export function nextNumber(table: PartitionTable): number {
  const taken = table.kind === "gpt" ? table.partitions.map(({ number }) => number) : [];
  let number = 1;
  while (taken.includes(number)) {
    number += 1;
  }
  return number;
}
