import { z } from "zod";
import { commonInputs } from "../../kit/common-inputs.js";
import { gateOutputs } from "../../kit/outputs.js";
import { sshConnection } from "../../transport/ssh/connection.js";

/** Storages that must work on every node that uses them. */
export const storageGateInputs = z.strictObject({
  ...commonInputs,
  cluster: z.string().min(1),
  views: z.array(
    z.strictObject({ connection: sshConnection, storages: z.array(z.string().min(1)) }),
  ),
  /** Where a small file proves a storage, by storage. */
  directories: z.record(z.string(), z.string()).default({}),
  /** Storages that hold volumes only, and are proved by one. */
  volumes: z.array(z.string()).default([]),
  /** What each storage is, in words: one that moved is proved again. */
  places: z.record(z.string(), z.string()).default({}),
  waitMs: z.int().min(1_000),
});
export type StorageGateInputs = z.output<typeof storageGateInputs>;

export const storageGateOutputs = z.strictObject({
  ...gateOutputs,
  /** By node, then by storage. */
  views: z.record(z.string(), z.record(z.string(), z.string())),
});
export type StorageGateOutputs = z.output<typeof storageGateOutputs>;
