import { z } from "zod";
import { commonInputs } from "../../kit/common-inputs.js";
import { sshConnection } from "../../transport/ssh/connection.js";

/** Storages that are taken out, pools and file systems that are destroyed, by consent and in the order in which they are. */
export const retiredPoolsInputs = z.strictObject({
  ...commonInputs,
  cluster: z.string().min(1),
  connection: sshConnection,
  /** Where a file system may be mounted. */
  members: z.array(sshConnection).min(1),
  pools: z
    .array(
      z.strictObject({
        kind: z.enum(["storage", "pool", "file system"]),
        name: z.string().regex(/^[A-Za-z0-9][A-Za-z0-9._-]*$/),
        consent: z.string().min(1),
      }),
    )
    .min(1),
  stepDeadlineMs: z.int().min(1_000),
});
export type RetiredPoolsInputs = z.output<typeof retiredPoolsInputs>;
export type RetiredPool = RetiredPoolsInputs["pools"][number];

export const retiredPoolsOutputs = z.strictObject({
  /** Those of them that are still there. */
  left: z.array(z.string()),
});
