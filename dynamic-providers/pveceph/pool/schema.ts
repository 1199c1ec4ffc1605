import { z } from "zod";
import { commonInputs } from "../../kit/common-inputs.js";
import { sshConnection } from "../../transport/ssh/connection.js";

/** A pool, replicated or by an erasure code. */
export const cephPoolInputs = z.strictObject({
  ...commonInputs,
  cluster: z.string().min(1),
  connection: sshConnection,
  pool: z.string().regex(/^[^:/\s]+$/),
  size: z.int().min(2).max(7),
  minSize: z.int().min(2).max(7),
  /** To start with; afterwards the autoscaler may have raised it. */
  pgs: z.int().min(1).optional(),
  autoscale: z.enum(["on", "off", "warn"]),
  share: z.number().min(0).max(1).optional(),
  application: z.enum(["rbd", "cephfs", "rgw"]),
  /** Most bytes that may be stored, copies not counted. */
  quotaBytes: z.int().min(1).optional(),
  /** What its OSDs do with what is written; it belongs to others where it is absent. */
  compression: z
    .strictObject({
      mode: z.enum(["none", "passive", "aggressive", "force"]),
      algorithm: z.enum(["lz4", "snappy", "zlib", "zstd"]).optional(),
    })
    .optional(),
  /** Cut into parts by a profile of its own; copies are then of the metadata beside it. */
  erasure: z
    .strictObject({
      data: z.int().min(2),
      parity: z.int().min(1),
      failureDomain: z.enum(["host", "rack", "datacenter"]),
      class: z.enum(["hdd", "ssd", "nvme"]).optional(),
    })
    .optional(),
  /** By which its copies are laid out; what it is belongs to others where it is absent. */
  crushRule: z.string().min(1).optional(),
  poolDeadlineMs: z.int().min(1_000),
});
export type CephPoolInputs = z.output<typeof cephPoolInputs>;

export const cephPoolOutputs = z.strictObject({
  /** Placement groups that it has. */
  placementGroups: z.number(),
});
