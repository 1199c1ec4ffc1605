import { z } from "zod";
import { commonInputs } from "../../kit/common-inputs.js";
import { sshConnection } from "../../transport/ssh/connection.js";

/** Storages that must work on every node that uses them. */
export const storageGateInputs = z.strictObject({
  ...commonInputs,
  cluster: z.string().min(1),
  views: z.array(
    z.strictObject({ connection: sshConnection, storages: z.array(z.string().min(1)) }),
  ),
  waitMs: z.int().min(1_000),
});
export type StorageGateInputs = z.output<typeof storageGateInputs>;
