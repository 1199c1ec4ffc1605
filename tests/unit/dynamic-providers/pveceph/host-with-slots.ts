import { roomForSlots } from "../../../../config/plan/ceph-slots.js";

/** Of a disk, what its slots need. */
interface Disk {
  readonly name: string;
  readonly size: number;
  osd?: number;
  slots?: { readonly osd: number; readonly kind: string; readonly bytes: number }[];
  otherVolumes?: number;
}

/** What `ceph-volume lvm list` tells: the data of each OSD, and its parts on other disks as long as those are there. */
export function volumesOf(
  disks: readonly Disk[],
  osds: ReadonlyMap<number, { readonly uuid: string }>,
): string {
  const own = disks.flatMap(({ name, osd }) => (osd === undefined ? [] : [{ name, osd }]));
  return JSON.stringify(
    Object.fromEntries(
      own.map(({ name, osd }) => {
        const fsid = { "ceph.osd_fsid": osds.get(osd)?.uuid ?? "" };
        const parts = disks.flatMap(({ name: carrier, slots = [] }) =>
          slots
            .filter((slot) => slot.osd === osd)
            .map(({ kind, bytes }) => ({
              type: kind,
              devices: [`/dev/${carrier}`],
              lv_size: String(bytes),
              tags: fsid,
            })),
        );
        // The tag stays behind when the disk that it names is gone.
        const tags = { ...fsid, ...(gone.has(osd) ? { "ceph.db_device": "/dev/gone" } : {}) };
        return [String(osd), [{ type: "block", devices: [`/dev/${name}`], tags }, ...parts]];
      }),
    ),
  );
}

const gone = new Set<number>();
/** The disk is pulled, and the OSDs whose databases lay there stop. */
export function pullCarrier(disks: Disk[], name: string): readonly number[] {
  const at = disks.findIndex((one) => one.name === name);
  const osds = (disks[at]?.slots ?? []).map(({ osd }) => osd);
  disks.splice(at, 1);
  for (const osd of osds) {
    gone.add(osd);
  }
  return osds;
}
/** Its new database lies elsewhere. */
export const mended = (): void => gone.clear();

export function groupsOf(disks: readonly Disk[]): string {
  return JSON.stringify({
    children: disks.flatMap(({ name, size, slots = [], otherVolumes = 0 }) => {
      const taken = slots.reduce((sum, { bytes }) => sum + bytes, 0);
      const free = roomForSlots(size) - taken;
      return slots.length + otherVolumes === 0
        ? []
        : [{ lvcount: slots.length + otherVolumes, children: [{ name: `/dev/${name}`, free }] }];
    }),
  });
}
