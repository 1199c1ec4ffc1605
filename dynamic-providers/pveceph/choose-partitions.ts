import { diskSize } from "../../config/findings/figures.js";
import type { FoundDisk } from "./disks.js";
import { gapsOf, nextNumber } from "./partition-tables.js";

/** What a partition of ours is called in its table, so that one that was cut before its OSD is known again. */
export const LABEL = "proxmox-ha-osd";

/** Proxmox and people round; a partition that was made by hand may differ by so much. */
const ROUNDED = 0.01;

interface Place {
  readonly path: string;
  readonly against: readonly string[];
}

/** A partition's name below /dev/disk/by-id, taken apart. */
export function partOf(
  path: string,
): { readonly disk: string; readonly number: number } | undefined {
  const [, disk, number] = /^(.+)-part(\d+)$/.exec(path) ?? [];
  return disk === undefined ? undefined : { disk, number: Number(number) };
}

/** Where on a disk that a rule means the OSD goes: a partition that is there for it, or room beside what is there. */
export function placeOn(
  disk: FoundDisk,
  bytes: number,
  name: string,
  found: readonly FoundDisk[],
): Place {
  const parts = found.filter(({ part }) => part?.of === disk.device);
  const there =
    parts.find((part) => part.osd !== undefined) ?? parts.find(({ part }) => part?.label === LABEL);
  const path = there?.names[0];
  if (there !== undefined) {
    return path === undefined
      ? { path: name, against: [`${there.device} has no name below /dev/disk/by-id`] }
      : { path, against: againstPartition(there, bytes) };
  }
  const table = disk.table ?? { kind: "unread", why: "no answer" };
  return { path: `${name}-part${nextNumber(table)}`, against: againstRoom(disk, bytes) };
}

/** Why an OSD cannot lie on a partition that is there. */
export function againstPartition(part: FoundDisk, bytes: number): string[] {
  const { device, osd, used, sizeBytes } = part;
  if (osd === undefined && part.part?.label !== LABEL) {
    return [`${device} is a partition that was not made for an OSD, so it stays as it is`];
  }
  if (osd === undefined && used !== undefined) {
    return [`${device} is in use: ${used}. Partitions are never emptied`];
  }
  return Math.abs(sizeBytes - bytes) <= bytes * ROUNDED
    ? []
    : [
        `${device}${osd === undefined ? "" : ` with osd.${osd}`} has ${diskSize(sizeBytes)}, and the stack file says ${diskSize(bytes)}; no partition is ever resized`,
      ];
}

/** Why there is no room for a partition on a disk. What lies there is never touched. */
export function againstRoom(disk: FoundDisk, bytes: number): string[] {
  const { device, osd, used, table = { kind: "unread", why: "no answer" }, sizeBytes } = disk;
  if (osd !== undefined) {
    return [`${device} belongs to osd.${osd} as a whole, so there is no room for a partition`];
  }
  if (table.kind === "unread") {
    return [`the partition table of ${device} could not be read (${table.why})`];
  }
  if (table.kind === "mbr") {
    return [`${device} has a partition table of the old kind (MBR), and only GPT is added to`];
  }
  if (table.kind === "none" && used !== undefined) {
    return [`${device} has no partition table and is in use as a whole: ${used}`];
  }
  const gaps = gapsOf(table, sizeBytes) ?? [];
  if (gaps.some((gap) => gap.bytes >= bytes)) {
    return [];
  }
  const largest = Math.max(0, ...gaps.map((gap) => gap.bytes));
  const taken = sizeBytes - gaps.reduce((sum, gap) => sum + gap.bytes, 0);
  return [
    `${device} has no room for a partition of ${diskSize(bytes)}: of its ${diskSize(sizeBytes)} ${diskSize(taken)} are taken (${used ?? "blank"}), and the largest gap has ${diskSize(largest)}`,
  ];
}
