import { diskSize } from "../../../config/findings/figures.js";
import { partOf } from "../choose-partitions.js";
import { type FoundDisk, numbersOn } from "../disks.js";
import { named } from "../meant-disks.js";
import { type ChosenDisk, osdsOn, type Slot } from "./schema.js";

type Device = Pick<Slot, "path" | "model" | "serial" | "sizeBytes" | "wipe">;

/** What a person agrees to: each disk by the name that stays, what it is, what is on it, and what shall be there. */
export function toldDisk(disk: ChosenDisk, found: readonly FoundDisk[]): string {
  const osds = osdsOn(disk);
  const wishes = [
    ...(osds > 1 ? [`${osds} OSDs on it`] : []),
    ...(disk.partitionBytes === undefined
      ? []
      : [`a partition of ${diskSize(disk.partitionBytes)}`]),
    ...(disk.encrypted ? ["encrypted"] : []),
    ...(disk.db === undefined ? [] : [`its DB on ${slot(disk.db, found)}`]),
    ...(disk.wal === undefined ? [] : [`its WAL on ${slot(disk.wal, found)}`]),
  ];
  return [`${device(disk, found)}`, ...wishes].join("; ");
}

const slot = (one: Slot, found: readonly FoundDisk[]): string =>
  `${diskSize(one.slotBytes)} of ${device(one, found)}`;

function device({ path, model, serial, sizeBytes, wipe }: Device, found: readonly FoundDisk[]) {
  const whole = partOf(path)?.disk ?? path;
  const there = found.find(({ names }) => names.includes(path) || names.includes(whole));
  const osds = there === undefined ? [] : numbersOn(there);
  const content =
    wipe !== undefined
      ? `${wipe.what}, which is wiped`
      : osds.length > 0
        ? named(osds)
        : (there?.used ?? "blank");
  return `${path} (${model || "no model"}, serial ${serial || "unknown"}, ${diskSize(sizeBytes)}, ${content})`;
}
