import { z } from "zod";
import { commonInputs } from "../../kit/common-inputs.js";
import { sshConnection } from "../../transport/ssh/connection.js";

/** A rule of CRUSH: each copy on another host, on disks of one class. */
export const crushRuleInputs = z.strictObject({
  ...commonInputs,
  cluster: z.string().min(1),
  connection: sshConnection,
  rule: z.string().regex(/^[A-Za-z0-9_.-]+$/),
  class: z.enum(["hdd", "ssd", "nvme"]),
});
export type CrushRuleInputs = z.output<typeof crushRuleInputs>;
