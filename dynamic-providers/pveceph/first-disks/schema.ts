import { z } from "zod";
import { commonInputs } from "../../kit/common-inputs.js";
import { sshConnection } from "../../transport/ssh/connection.js";
import { diskRule } from "../osds/schema.js";

/** Which hosts give disks to Ceph, and by which rules. */
export const firstDisksInputs = z.strictObject({
  ...commonInputs,
  cluster: z.string().min(1),
  nodes: z.array(z.string().min(1)).min(1),
  hosts: z.array(z.strictObject({ connection: sshConnection, rules: z.array(diskRule).min(1) })),
});
export type FirstDisksInputs = z.output<typeof firstDisksInputs>;

/** Nothing more is known later than whose disks were looked at. */
export const firstDisksState = firstDisksInputs.omit({ hosts: true });
export type FirstDisksState = z.output<typeof firstDisksState>;
