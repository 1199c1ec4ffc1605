import { z } from "zod";
import { commonInputs } from "../../kit/common-inputs.js";
import { sshConnection } from "../../transport/ssh/connection.js";
import { native } from "../native-schema.js";

/** Stands before the removal of what another provider owns. */
export const nativeGuardInputs = z.strictObject({
  ...commonInputs,
  native,
  /** Its own id in the engine; not known while it is replaced, which replaces the guard first. */
  definition: z.string().min(1),
  connections: z.array(sshConnection).min(1),
});
export type NativeGuardInputs = z.output<typeof nativeGuardInputs>;
