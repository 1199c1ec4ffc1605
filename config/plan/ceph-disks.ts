import type { ClusterSpec } from "../schema/cluster.js";
import { type SlotsSpec, wholeSlot } from "./ceph-slots.js";
import { present } from "./present.js";

type OsdSpec = NonNullable<ClusterSpec["ceph"]>["osds"]["everyNode"][number];

/** What becomes of a disk that is meant. */
interface Use {
  readonly class: OsdSpec["class"];
  readonly encrypted: boolean;
  /** So much of each disk, beside what lies on it; all of a blank one when left out. */
  readonly partitionBytes?: number;
  /** So many OSDs share each disk; one when left out. */
  readonly perDevice?: number;
  readonly db?: CephSlotRule;
  readonly wal?: CephSlotRule;
}

/** Disks of one node as the file describes them. */
type Meant =
  | { readonly by: "name"; readonly path: string }
  | {
      readonly by: "select";
      readonly count: number;
      readonly model?: string;
      readonly serial?: string;
      readonly path?: string;
      readonly rotational?: boolean;
      readonly sizeBytes?: number;
      readonly atLeastBytes?: number;
      readonly atMostBytes?: number;
    };

/** Disks on which OSDs of other disks keep a part of themselves, each in a slot of its own. */
export type CephSlotRule = Meant & { readonly slotBytes: number };

/** Disks of one node as its part of the file names them. */
export type CephDiskRule = Use & Meant;

export function diskRule(disk: OsdSpec): CephDiskRule {
  const { db, wal } = disk;
  return {
    ...meantBy(disk, disk.size),
    class: disk.class,
    encrypted: disk.encrypted,
    ...present({
      partitionBytes: disk.partition,
      perDevice: disk.perDevice === 1 ? undefined : disk.perDevice,
      db: db === undefined ? undefined : slotRule(db),
      wal: wal === undefined ? undefined : slotRule(wal),
    }),
  };
}

const slotRule = (slots: SlotsSpec): CephSlotRule => ({
  ...meantBy(slots),
  slotBytes: wholeSlot(slots.size),
});

function meantBy(
  { device, select, count }: Pick<OsdSpec, "device" | "select" | "count">,
  size?: number,
): Meant {
  if (device !== undefined) {
    return { by: "name", path: device };
  }
  const { model, serial, path, rotational, atLeast, atMost } = select ?? {};
  const ranged = atLeast !== undefined || atMost !== undefined;
  return {
    by: "select",
    count,
    ...present({
      model,
      serial,
      path,
      rotational,
      // A range says more than what the file counts with.
      sizeBytes: ranged ? undefined : (select?.size ?? size),
      atLeastBytes: atLeast,
      atMostBytes: atMost,
    }),
  };
}

/** How many disks a rule means, and what a person calls them. */
export function named(rule: Meant): { readonly wanted: number; readonly what: string } {
  return rule.by === "name"
    ? { wanted: 1, what: `disks named ${rule.path}` }
    : { wanted: rule.count, what: `disks of the model ${rule.model ?? "*"}` };
}
