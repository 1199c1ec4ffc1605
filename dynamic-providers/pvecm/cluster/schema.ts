import { z } from "zod";
import { commonInputs } from "../../kit/common-inputs.js";
import { identityOutputs, memberOfCluster } from "../vocabulary.js";

/** The cluster as its first node founds it. */
export const clusterInputs = z.strictObject({
  ...commonInputs,
  cluster: z.string().min(1),
  founder: memberOfCluster,
  address: z.string().min(1),
  nodeid: z.int().min(1),
  tokenCoefficient: z.int().min(0).optional(),
  quorumDeadlineMs: z.int().min(1_000),
  /** The other nodes. They are asked before a founding, so that a reinstalled founder makes no second cluster. */
  others: z.array(memberOfCluster).default([]),
});
export type ClusterInputs = z.output<typeof clusterInputs>;

/** Who else there is changes with every node of the file and says nothing about the founding, so it is not kept. */
export const clusterState = clusterInputs.omit({ others: true });
export type ClusterState = z.output<typeof clusterState>;

export const clusterOutputs = z.strictObject({
  members: z.array(z.string()),
  ...identityOutputs,
});
