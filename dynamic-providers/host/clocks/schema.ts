import { z } from "zod";
import { commonInputs } from "../../kit/common-inputs.js";
import { sshConnection } from "../../transport/ssh/connection.js";

/** Hosts whose clocks must agree. */
export const clocksInputs = z.strictObject({
  ...commonInputs,
  name: z.string().min(1),
  connections: z.array(sshConnection),
  toleranceMs: z.int().min(1),
  /** Where the hosts get their time; a change is a reason to measure again. */
  sources: z.array(z.string()),
});
export type ClocksInputs = z.output<typeof clocksInputs>;
