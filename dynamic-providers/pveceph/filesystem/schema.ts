import { z } from "zod";
import { commonInputs } from "../../kit/common-inputs.js";
import { sshConnection } from "../../transport/ssh/connection.js";

/** A file system of Ceph with its two pools. */
export const cephFilesystemInputs = z.strictObject({
  ...commonInputs,
  cluster: z.string().min(1),
  connection: sshConnection,
  filesystem: z.string().regex(/^[A-Za-z0-9][A-Za-z0-9._-]*$/),
  /** Of the data pool, to start with. */
  pgs: z.int().min(8).max(32768),
  share: z.number().min(0).max(1).optional(),
  hotStandby: z.boolean(),
  filesystemDeadlineMs: z.int().min(1_000),
});
export type CephFilesystemInputs = z.output<typeof cephFilesystemInputs>;

export const cephFilesystemOutputs = z.strictObject({
  /** Names of its pools, as they were found. */
  dataPool: z.string(),
  metadataPool: z.string(),
});
