import { z } from "zod";
import { commonInputs } from "../../kit/common-inputs.js";
import { sshConnection } from "../../transport/ssh/connection.js";
import { memberOfCluster } from "../vocabulary.js";

/** The tie-breaking vote of a host outside of the cluster. */
export const qdeviceInputs = z.strictObject({
  ...commonInputs,
  cluster: z.string().min(1),
  /** All members; the first one does what concerns the cluster as a whole. */
  members: z.array(memberOfCluster).min(1),
  /** The host that runs corosync-qnetd. */
  connection: sshConnection,
  votes: z.int().min(1),
  voteDeadlineMs: z.int().min(1_000),
});
export type QDeviceInputs = z.output<typeof qdeviceInputs>;
