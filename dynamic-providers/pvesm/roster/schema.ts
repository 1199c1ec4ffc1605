import { z } from "zod";
import { commonInputs } from "../../kit/common-inputs.js";
import { sshConnection } from "../../transport/ssh/connection.js";

/** A storage as far as its removal is concerned. */
export const listedStorage = z.strictObject({
  id: z.string().min(1),
  /** What cannot be changed of it, in words. */
  place: z.string().min(1),
  /** Whether one node sees what all see. */
  shared: z.boolean(),
  /** Nodes that use it; absent when all do. */
  nodes: z.array(z.string().min(1)).optional(),
});
export type ListedStorage = z.output<typeof listedStorage>;

/** The storages that the stack file names, so that the next run notices one that is missing or has moved. */
export const storageRosterInputs = z.strictObject({
  ...commonInputs,
  cluster: z.string().min(1),
  connections: z.array(sshConnection).min(1),
  storages: z.array(listedStorage),
});
export type StorageRosterInputs = z.output<typeof storageRosterInputs>;
