import { z } from "zod";
import { commonInputs } from "../../kit/common-inputs.js";
import { sshConnection } from "../../transport/ssh/connection.js";

export const migratedGroupsInputs = z.strictObject({
  ...commonInputs,
  cluster: z.string().min(1),
  connection: sshConnection,
  /** Placements that become rules of the program's own. */
  placements: z.array(z.string().regex(/^[A-Za-z][A-Za-z0-9\-_]+$/)),
});
export type MigratedGroupsInputs = z.output<typeof migratedGroupsInputs>;

export const migratedGroupsOutputs = z.strictObject({
  rules: z.array(z.string()),
});
