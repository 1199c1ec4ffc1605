import { z } from "zod";
import { commonInputs } from "../../kit/common-inputs.js";
import { sshConnection } from "../../transport/ssh/connection.js";

/** Bonds whose far side must be one LAG. */
export const bondsInputs = z.strictObject({
  ...commonInputs,
  name: z.string().min(1),
  hosts: z.array(
    z.strictObject({
      connection: sshConnection,
      bonds: z.array(
        z.strictObject({ name: z.string().min(1), ports: z.array(z.string().min(1)).min(1) }),
      ),
    }),
  ),
});
export type BondsInputs = z.output<typeof bondsInputs>;
