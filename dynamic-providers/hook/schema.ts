import { z } from "zod";
import { secrets } from "../../config/schema/secrets.js";
import { sshConnection } from "../transport/ssh/connection.js";

/** What a hook's process is told on its standard input: references and addresses, no secret. */
export const hookRequest = z.strictObject({
  /** Where in the stack file the hook stands: `hooks[2]`. */
  place: z.string().min(1),
  when: z.enum(["before", "after"]),
  phase: z.string().min(1),
  deadlineMs: z.int().min(1),
  /** For references into the stack's encrypted configuration. */
  stack: z.string().min(1),
  ssm: secrets.shape.ssm,
  /** Where a hook on the controller runs: beside the stack file. */
  folder: z.string().min(1),
  /** Variables that hold secrets of the stack; only their names stand here. */
  secretNames: z.array(z.string().min(1)).default([]),
  /** Absent for the controller. */
  connection: sshConnection.optional(),
});
export type HookRequest = z.output<typeof hookRequest>;
