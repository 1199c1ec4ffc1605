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
  /** The stack file names a power device for it, so that a machine of before can be asked whether it is off. */
  declared: z.boolean().default(false),
});
export type MemberInputs = z.output<typeof memberInputs>;

/** Of use while a machine takes another one's place, and no part of what is wanted. */
export const memberState = memberInputs.omit({ declared: true });
export type MemberState = z.output<typeof memberState>;

export const memberOutputs = z.strictObject({
  quorate: z.boolean(),
  ...identityOutputs,
});
