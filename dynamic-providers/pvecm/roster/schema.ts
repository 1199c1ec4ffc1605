import { z } from "zod";
import { commonInputs } from "../../kit/common-inputs.js";

/** The nodes that the stack file names, so that the next run notices when one is missing. */
export const rosterInputs = z.strictObject({
  ...commonInputs,
  cluster: z.string().min(1),
  nodes: z.array(z.string().min(1)).min(1),
});
export type RosterInputs = z.output<typeof rosterInputs>;
