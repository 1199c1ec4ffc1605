import { z } from "zod";
import { commonInputs } from "../../kit/common-inputs.js";
import { sshConnection } from "../../transport/ssh/connection.js";

const deviceClass = z.enum(["hdd", "ssd", "nvme"]);
const byId = z.string().regex(/^\/dev\/disk\/by-id\/[^/\s]+$/);

/** Disks as the stack file names them. */
export const diskRule = z.discriminatedUnion("by", [
  z.strictObject({ by: z.literal("name"), path: byId, class: deviceClass }),
  z.strictObject({
    by: z.literal("model"),
    model: z.string().min(1),
    sizeBytes: z.int().min(1).optional(),
    count: z.int().min(1),
    class: deviceClass,
  }),
]);
export type DiskRule = z.output<typeof diskRule>;

/** A disk that a rule came to mean, and that stays meant. */
export const chosenDisk = z.strictObject({
  path: byId,
  model: z.string(),
  serial: z.string(),
  sizeBytes: z.int(),
  class: deviceClass,
});
export type ChosenDisk = z.output<typeof chosenDisk>;

/** The OSDs of one host. */
export const cephOsdsInputs = z.strictObject({
  ...commonInputs,
  connection: sshConnection,
  rules: z.array(diskRule).min(1),
  /** Which disks these are: looked up once, in the preview, and kept from then on. */
  disks: z.array(chosenDisk).default([]),
  osdDeadlineMs: z.int().min(1_000),
});
export type CephOsdsInputs = z.output<typeof cephOsdsInputs>;

export const cephOsdsOutputs = z.strictObject({
  /** Numbers of the OSDs, by disk. */
  osds: z.record(z.string(), z.number()),
});
