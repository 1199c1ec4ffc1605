import type { ClusterSpec } from "../schema/cluster.js";

type OsdSpec = NonNullable<ClusterSpec["ceph"]>["osds"]["everyNode"][number];
export type SlotsSpec = NonNullable<OsdSpec["db"]>;

/** What an OSD may keep on a faster disk: its database, with the log in it, and the log alone. */
export const SLOT_KINDS = ["db", "wal"] as const;
export type SlotKind = (typeof SLOT_KINDS)[number];
/** As a person calls it. */
export const SLOT_NAMES: Readonly<Record<SlotKind, string>> = { db: "database", wal: "log" };

/** LVM gives room away in pieces of this size. */
const EXTENT = 4 * 2 ** 20;
/** LVM keeps its own books at the beginning of a disk. */
const BOOKS = 2 ** 20;

/** A slot as it is made: Proxmox and LVM take whole pieces. */
export const wholeSlot = (bytes: number): number => Math.floor(bytes / EXTENT) * EXTENT;

/** What slots can have of a blank disk. */
export const roomForSlots = (diskBytes: number): number =>
  Math.max(0, wholeSlot(diskBytes - BOOKS));
