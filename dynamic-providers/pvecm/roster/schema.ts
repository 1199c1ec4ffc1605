import { z } from "zod";
import { commonInputs } from "../../kit/common-inputs.js";
import { memberOfCluster } from "../vocabulary.js";

/** The nodes that the stack file names, so that the next run notices what is missing or has changed its place. */
export const rosterInputs = z.strictObject({
  ...commonInputs,
  cluster: z.string().min(1),
  nodes: z.array(z.string().min(1)).min(1),
  /** Corosync's node ids; ring addresses are derived from them. */
  ids: z.record(z.string(), z.int().min(1)).default({}),
  installations: z.record(z.string(), z.int().min(1)).default({}),
  /** How they are reached and linked, for a first look at those that are new. */
  members: z.array(memberOfCluster).default([]),
  prioritiesNamed: z.boolean().default(true),
  totem: z.record(z.string(), z.string()).default({}),
  /** Address of the QDevice. */
  qdevice: z.string().min(1).optional(),
});
export type RosterInputs = z.output<typeof rosterInputs>;

/** The way to the nodes is of use during the run alone. */
export const rosterState = rosterInputs.omit({
  members: true,
  prioritiesNamed: true,
  totem: true,
});
export type RosterState = z.output<typeof rosterState>;
