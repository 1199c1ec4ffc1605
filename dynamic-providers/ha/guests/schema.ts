import { z } from "zod";
import { commonInputs } from "../../kit/common-inputs.js";
import { sshConnection } from "../../transport/ssh/connection.js";

const sid = z.string().regex(/^(vm|ct):\d+$/);
const name = z.string().regex(/^[A-Za-z][A-Za-z0-9\-_]*$/);

const resource = z.strictObject({
  sid,
  state: z.enum(["started", "stopped", "disabled", "ignored"]),
  maxRestart: z.int().min(0),
  maxRelocate: z.int().min(0),
  failback: z.boolean().optional(),
  /** Proxmox VE 8 only. */
  group: name.optional(),
});

const rule = z.discriminatedUnion("type", [
  z.strictObject({
    type: z.literal("node-affinity"),
    name,
    resources: z.array(sid).min(1),
    nodes: z.record(z.string().min(1), z.int().min(0)),
    strict: z.boolean(),
    comment: z.string().optional(),
  }),
  z.strictObject({
    type: z.literal("resource-affinity"),
    name,
    resources: z.array(sid).min(2),
    affinity: z.enum(["positive", "negative"]),
  }),
]);

export const guestsInputs = z.strictObject({
  ...commonInputs,
  cluster: z.string().min(1),
  /** A member; HA is the cluster's, whoever is asked. */
  connection: sshConnection,
  major: z.union([z.literal(8), z.literal(9)]),
  resources: z.array(resource),
  rules: z.array(rule),
  /** Guests that the program makes itself before it comes to this: nobody has to be told to make them. */
  made: z.array(sid).default([]),
  /** Guests of the list that exist, filled in by a look; the program leaves it out. */
  present: z.array(sid).default([]),
});
export type GuestsInputs = z.output<typeof guestsInputs>;
/** Who makes a guest is nothing that HA has to know. */
export const guestsState = guestsInputs.omit({ made: true });
export type GuestsState = z.output<typeof guestsState>;
export const guestsArgs = guestsInputs.omit({ present: true });
export type ResourceWish = GuestsInputs["resources"][number];
export type RuleWish = GuestsInputs["rules"][number];

export const guestsOutputs = z.strictObject({
  /** Guests of the file that are under HA. */
  managed: z.array(sid),
  /** Guests of the file that do not exist yet. */
  waiting: z.array(sid),
  /** Rules of the file that are in force. */
  placedBy: z.array(name),
});
