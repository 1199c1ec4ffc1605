import { z } from "zod";
import { commonInputs } from "../../kit/common-inputs.js";
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
