import { z } from "zod";
import { commonInputs } from "../../kit/common-inputs.js";
import { gateOutputs } from "../../kit/outputs.js";
import { sshConnection } from "../../transport/ssh/connection.js";

/** Jobs of which a backup must really be there. */
export const backupGateInputs = z.strictObject({
  ...commonInputs,
  cluster: z.string().min(1),
  connection: sshConnection,
  /** Connections of the members by name: a guest is saved by its own node. */
  members: z.record(z.string().min(1), sshConnection),
  jobs: z.array(
    z.strictObject({
      name: z.string().min(1),
      storage: z.string().min(1),
      /** Guests of the file that it saves: with another one it is asked again. */
      guests: z.array(z.string().min(1)),
    }),
  ),
  /** What each storage is, in words: one that moved is proved again. */
  places: z.record(z.string(), z.string()).default({}),
});
export type BackupGateInputs = z.output<typeof backupGateInputs>;

export const backupGateOutputs = z.strictObject({
  ...gateOutputs,
  /** The backup that proves a job, by the job. One that saves nobody yet has none. */
  proofs: z.record(z.string(), z.string()),
  /** Guests of the cluster that no job saves. */
  unsaved: z.array(z.string()),
});
export type BackupGateOutputs = z.output<typeof backupGateOutputs>;
