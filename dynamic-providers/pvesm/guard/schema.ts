import { z } from "zod";
import { commonInputs } from "../../kit/common-inputs.js";
import { sshConnection } from "../../transport/ssh/connection.js";
import { listedStorage } from "../roster/schema.js";

/** Stands before the removal of one definition that another provider owns. */
export const storageGuardInputs = z.strictObject({
  ...commonInputs,
  storage: listedStorage,
  /** The definition's own id in the engine; not known while it is replaced, which replaces the guard first. */
  definition: z.string().min(1),
  connections: z.array(sshConnection).min(1),
});
export type StorageGuardInputs = z.output<typeof storageGuardInputs>;
