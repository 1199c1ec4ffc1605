import { z } from "zod";
import { commonInputs } from "../../kit/common-inputs.js";
import { memberOfCluster } from "../vocabulary.js";

/** The list of nodes that a QDevice must not see changing. */
export const qdevicePauseInputs = z.strictObject({
  ...commonInputs,
  cluster: z.string().min(1),
  members: z.array(memberOfCluster).min(1),
  /** Whether the stack file wants a device at the end. */
  wanted: z.boolean(),
  voteDeadlineMs: z.int().min(1_000),
});
export type QDevicePauseInputs = z.output<typeof qdevicePauseInputs>;
