import { z } from "zod";
import { commonInputs } from "../../kit/common-inputs.js";
import { sshConnection } from "../../transport/ssh/connection.js";

/** A scheduled backup of the whole cluster. */
export const backupJobInputs = z.strictObject({
  ...commonInputs,
  cluster: z.string().min(1),
  /** A member; any of them will do. */
  connection: sshConnection,
  job: z.string().regex(/^[A-Za-z][A-Za-z0-9_-]+$/),
  /** What it saves, to a person: "guests of the pool production". */
  saves: z.string().min(1),
  /** In Proxmox's own words. Keys that are left out are not touched. */
  keys: z.record(z.string().regex(/^[a-z][a-z0-9-]*$/), z.string()),
});
export type BackupJobInputs = z.output<typeof backupJobInputs>;
