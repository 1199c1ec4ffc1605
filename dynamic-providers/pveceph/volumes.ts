import { z } from "zod";
import { SLOT_KINDS } from "../../config/plan/ceph-slots.js";
import { parseJson } from "../transport/base/json.js";
import { get } from "../transport/pvesh/calls.js";
import { look } from "../transport/pvesh/part.js";
import type { FoundDisk, Keeps, SlotsOn } from "./disks.js";
import type { KnownOsd } from "./own-osds.js";

/** Where a part of an OSD should be and is not. */
export const GONE = "gone";

const volume = z.object({
  type: z.string(),
  devices: z.array(z.string()).default([]),
  lv_size: z.coerce.number().default(0),
  tags: z.record(z.string(), z.string()).default({}),
});
type Volume = z.output<typeof volume>;

/** Volumes of the host's OSDs, by number; none before there is a Ceph. */
export const VOLUMES = look(
  "ceph-volume lvm list",
  "if command -v ceph-volume >/dev/null && test -s /etc/ceph/ceph.conf; then timeout 60 ceph-volume lvm list --format json; fi",
  (text): Record<string, Volume[]> =>
    text.trim() === "" ? {} : z.record(z.string(), z.array(volume)).parse(parseJson(text)),
);

const amount = z.union([z.number(), z.string()]).transform(Number);
/** Groups of volumes, and the disks that they lie on. */
export const GROUPS = get(
  "/nodes/localhost/disks/lvm",
  z.object({
    children: z
      .array(
        z.object({
          lvcount: amount.default(0),
          children: z.array(z.object({ name: z.string(), free: amount.default(0) })).default([]),
        }),
      )
      .default([]),
  }),
);

/** The disks, with what is known of slots. A volume is an OSD's by number and by Ceph's own id. */
export function withSlots(
  found: readonly FoundDisk[],
  volumes: ReturnType<typeof VOLUMES.read>,
  { children: groups }: ReturnType<typeof GROUPS.read>,
  own: readonly KnownOsd[],
): FoundDisk[] {
  const ours = Object.entries(volumes).flatMap(([number, all]) => {
    const osd = own.find(({ id }) => id === Number(number));
    const here = all.filter(({ tags }) => tags["ceph.osd_fsid"] === osd?.uuid);
    return osd === undefined || here.length === 0 ? [] : [{ osd: osd.id, all: here }];
  });
  return found.map((disk) => {
    const keeps = ours.flatMap(({ all }) =>
      all.some(({ type, devices }) => type === "block" && devices.includes(disk.device))
        ? [keptBy(all)]
        : [],
    )[0];
    const slots = slotsOn(disk, ours, groups);
    const known = keeps === undefined ? disk : { ...disk, keeps };
    return slots === undefined ? known : asSlots(known, slots);
  });
}

function keptBy(all: readonly Volume[]): Keeps {
  const block = all.find(({ type }) => type === "block");
  return Object.fromEntries(
    SLOT_KINDS.flatMap((kind) => {
      const there = all.find(({ type }) => type === kind)?.devices[0];
      const meant = (block?.tags[`ceph.${kind}_device`] ?? "") !== "";
      return there === undefined && !meant ? [] : [[kind, there ?? GONE]];
    }),
  );
}

function slotsOn(
  { device, slotVolumes = 0 }: FoundDisk,
  ours: readonly { readonly osd: number; readonly all: readonly Volume[] }[],
  groups: ReturnType<typeof GROUPS.read>["children"],
): SlotsOn | undefined {
  if (slotVolumes === 0) {
    return undefined;
  }
  const of = ours.flatMap(({ osd, all }) =>
    SLOT_KINDS.flatMap((kind) =>
      all
        .filter(({ type, devices }) => type === kind && devices.includes(device))
        .map(({ lv_size }) => ({ osd, kind, bytes: lv_size })),
    ),
  );
  const group = groups.find(({ children }) => children.some(({ name }) => name === device));
  const count = group?.lvcount ?? 0;
  return {
    of,
    others: Math.max(count, slotVolumes) - of.length,
    onlyCeph: count === slotVolumes,
    freeBytes: group?.children.find(({ name }) => name === device)?.free ?? 0,
  };
}

/** In words; what nobody but Ceph has laid there may be emptied by consent, as other data may. */
function asSlots(disk: FoundDisk, slots: SlotsOn): FoundDisk {
  const { pinned, ...rest } = disk;
  const { of, others, onlyCeph } = slots;
  const used = `LVM with ${of.length} parts of OSDs of this host and ${others} other ${others === 1 ? "volume" : "volumes"}`;
  return {
    ...rest,
    slots,
    used,
    ...(pinned === undefined || (of.length === 0 && onlyCeph) ? {} : { pinned }),
  };
}
