import { z } from "zod";
import { commonInputs } from "../../kit/common-inputs.js";
import { sshConnection } from "../../transport/ssh/connection.js";

/** A monitor, manager or metadata server, which is called as its node is. */
export const cephDaemonInputs = z.strictObject({
  ...commonInputs,
  connection: sshConnection,
  role: z.enum(["monitor", "manager", "metadata server"]),
  /** Of a manager: where it serves its page, which it must know before it starts. */
  pageAddress: z.string().min(1).optional(),
  startDeadlineMs: z.int().min(1_000),
});
export type CephDaemonInputs = z.output<typeof cephDaemonInputs>;

export const cephDaemonOutputs = z.strictObject({
  /** "serving", "standing still" or "absent". */
  found: z.string(),
});
