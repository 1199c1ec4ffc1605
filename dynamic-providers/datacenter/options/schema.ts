import { z } from "zod";
import { commonInputs } from "../../kit/common-inputs.js";
import { sshConnection } from "../../transport/ssh/connection.js";

export const optionsInputs = z.strictObject({
  ...commonInputs,
  cluster: z.string().min(1),
  /** A member; options are the cluster's, whoever is asked. */
  connection: sshConnection,
  /** Values by key, in Proxmox's own spelling. Keys that are left out are not touched. */
  options: z.record(z.string().regex(/^[a-z][a-z0-9_-]*$/), z.string().min(1)),
});
export type OptionsInputs = z.output<typeof optionsInputs>;

export const optionsOutputs = z.strictObject({
  /** The managed keys as they are in the cluster. */
  current: z.record(z.string(), z.string()),
});
