import { z } from "zod";
import { commonInputs } from "../../kit/common-inputs.js";
import { sshConnection } from "../../transport/ssh/connection.js";

/** The release that every daemon of Ceph is to run. */
export const cephReleaseInputs = z.strictObject({
  ...commonInputs,
  cluster: z.string().min(1),
  connection: sshConnection,
  release: z.string().regex(/^[a-z]+$/),
  /** File systems in which a metadata server follows the one that serves. */
  followed: z.array(z.string().min(1)),
  stepDeadlineMs: z.int().min(1_000),
  /** So long a step waits for a Ceph that is not whole. */
  waitDeadlineMs: z.int().min(1_000),
});
export type CephReleaseInputs = z.output<typeof cephReleaseInputs>;

export const cephReleaseOutputs = z.strictObject({
  /** Daemons that run another one. */
  behind: z.array(z.string()),
});
