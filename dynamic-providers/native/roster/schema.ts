import { z } from "zod";
import { commonInputs } from "../../kit/common-inputs.js";
import { sshConnection } from "../../transport/ssh/connection.js";
import { native, nativeWish } from "../native-schema.js";

/** All natives that the stack file names, so that the next run notices one that is missing or has moved. */
export const nativeRosterInputs = z.strictObject({
  ...commonInputs,
  cluster: z.string().min(1),
  connections: z.array(sshConnection).min(1),
  natives: z.array(native),
  /** Paths of those that were on the cluster before the program came. */
  takenOver: z.array(z.string()).default([]),
  wishes: z.array(nativeWish).default([]),
  /** What nobody could tell yet, because no member answered; it is looked for again before anything is made. */
  unseen: z.array(nativeWish).default([]),
  /** Of a state that named storages alone: its program had made all the rest itself. */
  storagesOnly: z.literal(true).optional(),
});
export type NativeRosterInputs = z.output<typeof nativeRosterInputs>;

/** What is wished in detail is of use during the run alone. */
export const nativeRosterState = nativeRosterInputs.omit({ wishes: true, unseen: true });
export type NativeRosterState = z.output<typeof nativeRosterState>;

export const nativeRosterOutputs = z.strictObject({
  /** Paths of those that were on the cluster before the program came. */
  takenOver: z.array(z.string()),
  /** The same in a state of the first version, which stays as it is until something changes. */
  standing: z.unknown().optional(),
});
