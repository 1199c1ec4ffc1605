import { z } from "zod";
import { commonInputs } from "../../kit/common-inputs.js";
import { sshConnection } from "../../transport/ssh/connection.js";

/** Modules of the managers that are to be switched on. */
export const cephModulesInputs = z.strictObject({
  ...commonInputs,
  cluster: z.string().min(1),
  connection: sshConnection,
  modules: z.array(z.string().regex(/^[a-z_]+$/)).min(1),
});
export type CephModulesInputs = z.output<typeof cephModulesInputs>;

export const cephModulesOutputs = z.strictObject({
  /** Where each of them listens, as far as the managers tell it. */
  services: z.record(z.string(), z.string()),
});
