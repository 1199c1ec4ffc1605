import { z } from "zod";
import { commonInputs } from "../../kit/common-inputs.js";
import { memberOfCluster } from "../vocabulary.js";

/** The cluster as its first node founds it. */
export const clusterInputs = z.strictObject({
  ...commonInputs,
  cluster: z.string().min(1),
  founder: memberOfCluster,
  address: z.string().min(1),
  nodeid: z.int().min(1),
  tokenCoefficient: z.int().min(0).optional(),
  quorumDeadlineMs: z.int().min(1_000),
});
export type ClusterInputs = z.output<typeof clusterInputs>;
