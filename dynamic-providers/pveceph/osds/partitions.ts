import type { Context, Host } from "../../kit/runtime.js";
import { runJob } from "../../shell/job.js";
import { sh } from "../../transport/ssh/quoting.js";
import { LABEL, partOf } from "../choose-partitions.js";
import type { FoundDisk } from "../disks.js";
import { gapsOf } from "../partition-tables.js";
import type { ChosenDisk, LeavingOsd } from "./schema.js";

const UNIT = "proxmox-ha-ceph-osd";
/** Linux file system, as Proxmox has it for a partition that nothing lies on. It makes LVM of it with the OSD. */
const TYPE = "8300";
/** Proxmox's own lock: while it works on disks, nobody divides one. */
const LOCK = "exec 8>/run/lock/pve-diskmanage.lck && flock -w 60 8 || exit 75";

/**
 * A partition beside what lies on the disk. `sgdisk` refuses to overlap anything. The kernel of a disk in use does not read its table
 * again, so it is told of this one partition, if it has not seen it by itself.
 */
export async function makePartition(
  { path, partitionBytes = 0 }: ChosenDisk,
  found: readonly FoundDisk[],
  deadlineMs: number,
  { clock }: Context,
  host: Host,
): Promise<void> {
  const { disk = "", number = 0 } = partOf(path) ?? {};
  const whole = found.find(({ names }) => names.includes(disk));
  const table = whole?.table ?? { kind: "none" };
  const gap = gapsOf(table, whole?.sizeBytes ?? 0)?.find(({ bytes }) => bytes >= partitionBytes);
  // Without a table sgdisk begins at its own first aligned sector.
  const first = gap?.first ?? 0;
  await runJob(
    {
      unit: UNIT,
      doing: `making the partition ${path} of ${host.node}`,
      script: [
        LOCK,
        sh`device=$(readlink -f ${disk}) || exit`,
        sh`sgdisk ${divisionWords(number, first, partitionBytes)} "$device" || exit`,
        known(path, number),
      ].join("\n"),
      deadlineMs,
    },
    host,
    clock,
  );
}

/** What `sgdisk` is told, but for the disk. */
export function divisionWords(number: number, first: number, bytes: number): string[] {
  const size = `+${Math.floor(bytes / 1024)}K`;
  return [
    ["-n", `${number}:${first}:${size}`],
    ["-t", `${number}:${TYPE}`],
    ["-c", `${number}:${LABEL}`],
  ].flat();
}

/** Until the link is there, whoever has to make it. */
function known(path: string, number: number): string {
  return [
    sh`partx -a --nr ${number} "$device" 2>/dev/null || partx -u --nr ${number} "$device" || exit`,
    "if command -v udevadm >/dev/null; then udevadm settle --timeout=30; fi",
    sh`test -b ${path} || { echo "the kernel and udev have made no "${path}; exit 1; }`,
  ].join("\n");
}

/**
 * The partition of an OSD that leaves stays, and is marked as one that nothing lies on: Proxmox takes the type LVM for a use. While the
 * OSD's volume is there, that is counted anyway, so this comes first and a cut behind it does no harm.
 */
export async function retype(
  { osd, path }: LeavingOsd,
  found: readonly FoundDisk[],
  { clock }: Context,
  host: Host,
): Promise<void> {
  const part = path === undefined ? undefined : partOf(path);
  if (part === undefined || !found.some(({ names }) => names.includes(path ?? ""))) {
    return;
  }
  await runJob(
    {
      unit: UNIT,
      doing: `marking the partition of osd.${osd} on ${host.node}`,
      script: [
        LOCK,
        sh`device=$(readlink -f ${part.disk}) || exit`,
        sh`sgdisk -t ${`${part.number}:${TYPE}`} "$device" || exit`,
        sh`partx -u --nr ${part.number} "$device"`,
      ].join("\n"),
      deadlineMs: 120_000,
    },
    host,
    clock,
  );
}
