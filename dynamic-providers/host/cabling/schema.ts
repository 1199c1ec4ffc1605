import { z } from "zod";
import { commonInputs } from "../../kit/common-inputs.js";
import { gateOutputs } from "../../kit/outputs.js";
import { sshConnection } from "../../transport/ssh/connection.js";

/** Ports whose far ends are wanted, and where the stack file says that they lead. */
export const cablingInputs = z.strictObject({
  ...commonInputs,
  name: z.string().min(1),
  hosts: z.array(
    z.strictObject({
      connection: sshConnection,
      ports: z.array(z.string().min(1)),
    }),
  ),
  declared: z.array(z.strictObject({ node: z.string(), port: z.string(), to: z.string() })),
});
export type CablingInputs = z.output<typeof cablingInputs>;

export const cablingOutputs = z.strictObject({
  ...gateOutputs,
  /** Every cable that was seen, by its two ends. */
  cables: z.array(z.string()),
  /** Where it differs from the stack file. */
  differences: z.array(z.string()),
});
export type CablingOutputs = z.output<typeof cablingOutputs>;
