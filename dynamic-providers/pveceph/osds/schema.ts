import { z } from "zod";
import { isoDate } from "../../../config/schema/primitives.js";
import { commonInputs } from "../../kit/common-inputs.js";
import { type JsonObject, toStruct } from "../../kit/struct.js";
import { sshConnection } from "../../transport/ssh/connection.js";

const deviceClass = z.enum(["hdd", "ssd", "nvme"]);
const byId = z.string().regex(/^\/dev\/disk\/by-id\/[^/\s]+$/);

const bytes = z.int().min(1).optional();
const use = {
  class: deviceClass,
  encrypted: z.boolean(),
  partitionBytes: bytes,
  /** So many OSDs share each disk; one when absent. */
  perDevice: z.int().min(2).optional(),
};
const pattern = z.string().min(1).optional();
const byName = { by: z.literal("name"), path: byId };
const bySelect = {
  by: z.literal("select"),
  count: z.int().min(1),
  model: pattern,
  serial: pattern,
  path: pattern,
  rotational: z.boolean().optional(),
  sizeBytes: bytes,
  atLeastBytes: bytes,
  atMostBytes: bytes,
};

/** Disks on which OSDs of other disks keep a part of themselves. */
const slotRule = z.discriminatedUnion("by", [
  z.strictObject({ ...byName, slotBytes: z.int().min(1) }),
  z.strictObject({ ...bySelect, slotBytes: z.int().min(1) }),
]);
export type SlotRule = z.output<typeof slotRule>;
const slotRules = { db: slotRule.optional(), wal: slotRule.optional() };

/** Disks as the stack file names them. */
export const diskRule = z.discriminatedUnion("by", [
  z.strictObject({ ...byName, ...use, ...slotRules }),
  z.strictObject({ ...bySelect, ...use, ...slotRules }),
]);
export type DiskRule = z.output<typeof diskRule>;

const device = {
  /** Of a partition: the disk's name with its number behind it, as udev names it once it is there. */
  path: byId,
  model: z.string(),
  serial: z.string(),
  sizeBytes: z.int(),
  /** What lay on it when somebody consented to have it wiped. Whatever else lies there later stays. */
  wipe: z.strictObject({ what: z.string(), digest: z.string() }).optional(),
};

/** Where an OSD keeps a part of itself. */
const slot = z.strictObject({ ...device, slotBytes: z.int().min(1) });
export type Slot = z.output<typeof slot>;

/** A disk that a rule came to mean, and that stays meant. */
export const chosenDisk = z.strictObject({
  ...device,
  ...use,
  db: slot.optional(),
  wal: slot.optional(),
});
export type ChosenDisk = z.output<typeof chosenDisk>;

/** How many OSDs are to lie on a disk. */
export const osdsOn = ({ perDevice = 1 }: { readonly perDevice?: number | undefined }): number =>
  perDevice;

/** An OSD that gives up its disk. */
export const leavingOsd = z.strictObject({
  osd: z.int().min(0),
  /** A later OSD with its number is another one. */
  uuid: z.string(),
  /** Its disk, where the host still has it. */
  path: byId.optional(),
  /** The disk that takes its number over; without one the number goes as well. */
  heir: byId.optional(),
});
export type LeavingOsd = z.output<typeof leavingOsd>;

/** The OSDs of one host. */
export const cephOsdsInputs = z.strictObject({
  ...commonInputs,
  connection: sshConnection,
  rules: z.array(diskRule).min(1),
  /** Which disks these are: looked up once, in the preview, and kept from then on. */
  disks: z.array(chosenDisk).default([]),
  /** Which OSDs leave: chosen with the disks, and kept until they are gone. */
  leaving: z.array(leavingOsd).default([]),
  /** Consents that were used up, with the last day that they had. */
  spent: z.record(z.string(), isoDate).default({}),
  osdDeadlineMs: z.int().min(1_000),
  /** So long a run waits for the data of an OSD that leaves. */
  drainDeadlineMs: z.int().min(1_000),
});
export type CephOsdsInputs = z.output<typeof cephOsdsInputs>;

const earlier = z.looseObject({
  rules: z.array(z.looseObject({ by: z.string() })),
  disks: z.array(z.looseObject({})).default([]),
});

/** Before there were other rules than those by model, and encryption. */
export function osdsFromVersion1(state: JsonObject): JsonObject {
  const { rules, disks, ...rest } = earlier.parse(state);
  return toStruct({
    ...rest,
    rules: rules.map(({ by, ...rule }) => ({
      ...rule,
      by: by === "model" ? "select" : by,
      encrypted: false,
    })),
    disks: disks.map((disk) => ({ ...disk, encrypted: false })),
  });
}

/** Before OSDs could leave. */
export function osdsFromVersion2(state: JsonObject): JsonObject {
  return { drainDeadlineMs: 900_000, ...state };
}

export const cephOsdsOutputs = z.strictObject({
  /** Numbers of the OSDs, by disk; a list where several share it. */
  osds: z.record(z.string(), z.union([z.number(), z.array(z.number())])),
  /** What was seen at the last look and nothing is done about: disks that a rule would mean, and chosen ones that are gone. */
  announced: z.array(z.string()),
});
