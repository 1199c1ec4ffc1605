import { z } from "zod";
import { commonInputs } from "../../kit/common-inputs.js";
import { sshConnection } from "../../transport/ssh/connection.js";

/** A rule of CRUSH: each copy in another place, on disks of one class or of all. */
export const crushRuleInputs = z.strictObject({
  ...commonInputs,
  cluster: z.string().min(1),
  connection: sshConnection,
  rule: z.string().regex(/^[A-Za-z0-9_.-]+$/),
  failureDomain: z.enum(["host", "rack", "datacenter"]),
  class: z.enum(["hdd", "ssd", "nvme"]).optional(),
});
export type CrushRuleInputs = z.output<typeof crushRuleInputs>;
