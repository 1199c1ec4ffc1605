import { z } from "zod";
import { commonInputs } from "../../kit/common-inputs.js";
import { sshConnection } from "../../transport/ssh/connection.js";

/** What must be in effect on a host and is so only after a start, and when the host may start anew for it. */
export const rebootInputs = z.strictObject({
  ...commonInputs,
  connection: sshConnection,
  /** `ask` restarts a member only by a consent `reboot.<node>`. */
  policy: z.enum(["ask", "auto", "never"]),
  kernelParameters: z.array(z.string()),
  /** Module of the watchdog that Proxmox HA feeds. */
  watchdog: z.string(),
  /** Version of each held kernel by its meta package. */
  kernelPins: z.record(z.string(), z.string()),
  /** Where a person looks at a host that does not come back; empty when the file names no controller. */
  console: z.string(),
  rebootDeadlineMs: z.int().min(1_000),
  evacuationDeadlineMs: z.int().min(1_000),
  quorumDeadlineMs: z.int().min(1_000),
  cephDeadlineMs: z.int().min(1_000),
  /** A member that stays, and has Ceph keep this node's data while it restarts; none where the stack has no Ceph. */
  keeper: sshConnection.optional(),
});
export type RebootInputs = z.output<typeof rebootInputs>;

export const rebootOutputs = z.strictObject({
  /** What is not in effect yet and waits for a person. */
  reasons: z.array(z.string()),
  bootId: z.string(),
});
