import { z } from "zod";
import { commonInputs } from "../../kit/common-inputs.js";
import { identityOutputs, memberOfCluster } from "../vocabulary.js";

/** One node that joins; the members that were there before it stand in `members`, the founder first. */
export const memberInputs = z.strictObject({
  ...commonInputs,
  cluster: z.string().min(1),
  joiner: memberOfCluster,
  address: z.string().min(1),
  nodeid: z.int().min(1),
  peerAddress: z.string().min(1),
  members: z.array(memberOfCluster).min(1),
  udpPort: z.int().min(1024),
  clockToleranceMs: z.int().min(1),
  joinDeadlineMs: z.int().min(1_000),
});
export type MemberInputs = z.output<typeof memberInputs>;

export const memberOutputs = z.strictObject({
  quorate: z.boolean(),
  ...identityOutputs,
});
