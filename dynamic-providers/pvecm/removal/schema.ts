import { z } from "zod";
import { commonInputs } from "../../kit/common-inputs.js";
import { memberOfCluster } from "../vocabulary.js";

/** A node that leaves the cluster for good, by the consent `node.<name>`. */
export const removalInputs = z.strictObject({
  ...commonInputs,
  cluster: z.string().min(1),
  node: z.string().min(1),
  peer: memberOfCluster,
  deadlineMs: z.int().min(1_000),
});
export type RemovalInputs = z.output<typeof removalInputs>;

export const removalOutputs = z.strictObject({
  members: z.array(z.string()),
});
