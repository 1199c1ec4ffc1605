import { z } from "zod";
import { secretRef } from "../../../config/schema/primitives.js";
import { commonInputs } from "../../kit/common-inputs.js";
import { sshConnection } from "../../transport/ssh/connection.js";

const option = z.record(z.string().regex(/^[a-z][a-z_-]*$/), z.string().min(1));

/** A storage with secrets, or with options that the native provider does not have. */
export const storageInputs = z.strictObject({
  ...commonInputs,
  cluster: z.string().min(1),
  /** A member; storages are the cluster's, whoever is asked. */
  connection: sshConnection,
  /** All members, for a look at what it holds before it goes. */
  connections: z.array(sshConnection).min(1),
  storage: z.string().min(1),
  type: z.string().min(1),
  /** What cannot be changed of it, in words. */
  place: z.string().min(1),
  shared: z.boolean(),
  nodes: z.array(z.string().min(1)).optional(),
  /** Options that Proxmox never changes, in its own spelling. */
  fixed: option,
  options: option,
  password: secretRef.optional(),
  encryptionKey: secretRef.optional(),
});
export type StorageInputs = z.output<typeof storageInputs>;
export type StorageInputArgs = z.input<typeof storageInputs>;

export const storageOutputs = z.strictObject({
  /** Its type as the cluster has it, or "absent". */
  found: z.string(),
});
