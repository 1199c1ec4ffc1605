import { z } from "zod";
import { commonInputs } from "../../kit/common-inputs.js";
import { sshConnection } from "../../transport/ssh/connection.js";

/** The program's own API account. */
export const tokenInputs = z.strictObject({
  ...commonInputs,
  connection: sshConnection,
  user: z.string().regex(/^[^@\s]+@pve$/),
  token: z.string().min(2),
  role: z.string().min(2),
  privileges: z.array(z.string().min(1)).min(1),
  /** Raise it to have a new token made. */
  rotation: z.int().min(0),
});
export type TokenInputs = z.output<typeof tokenInputs>;

export const tokenOutputs = z.strictObject({
  /** `user!name=value`, as the native provider takes it. */
  apiToken: z.string(),
});
