import { z } from "zod";
import { commonInputs } from "../../kit/common-inputs.js";
import { sshConnection } from "../../transport/ssh/connection.js";

const bucket = z
  .string()
  .regex(/^[A-Za-z0-9][A-Za-z0-9._-]*$/)
  .optional();

/** Where hosts stand. */
export const cephLocationsInputs = z.strictObject({
  ...commonInputs,
  cluster: z.string().min(1),
  connection: sshConnection,
  hosts: z.array(z.strictObject({ node: z.string().min(1), rack: bucket, datacenter: bucket })),
});
export type CephLocationsInputs = z.output<typeof cephLocationsInputs>;
export type HostPlace = CephLocationsInputs["hosts"][number];
