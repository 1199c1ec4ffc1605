import { z } from "zod";
import { commonInputs } from "../kit/common-inputs.js";
import { sshConnection } from "../transport/ssh/connection.js";

const key = z.string().regex(/^[a-z][a-z0-9]*$/);
const settings = z.record(key, z.string());
/** Words of one setting; an empty one must not be there. */
const words = z.record(z.string().regex(/^[a-z][a-z0-9_-]*$/), z.string());

/** What the file says of a guest, in Proxmox's own words; whatever it does not name belongs to others. */
export const guestInputs = z.strictObject({
  ...commonInputs,
  kind: z.enum(["vm", "container"]),
  cluster: z.string().min(1),
  /** A member; a guest is the cluster's, whoever is asked. */
  connection: sshConnection,
  /** `id` itself is Pulumi's. */
  vmid: z.int().min(100),
  name: z.string().min(1),
  /** Where it is made; where it runs is not compared. */
  node: z.string().min(1),
  settings,
  /** Settings of several words. */
  worded: z.record(key, words),
  tags: z.array(z.string().min(1)).optional(),
  disks: z.array(
    z.strictObject({
      slot: key,
      storage: z.string().min(1),
      gib: z.int().min(1),
      /** What it is made a copy of; asked for only where it is not there. */
      image: z.string().min(1).optional(),
      words,
      initial: words,
    }),
  ),
  cards: z.record(key, words),
  cloudInitOn: z.string().min(1).optional(),
  pool: z.string().min(1).optional(),
  initial: settings,
  initialCards: z.record(key, words),
  startsItself: z.boolean(),
  /** The members by name: a disk is moved by the node that has the guest, so that nobody else's restart ends it. */
  members: z.record(z.string(), sshConnection).default({}),
  /** Patience with one disk that moves. */
  moveDeadlineMs: z.int().min(1).default(14_400_000),
  mayRestart: z.boolean(),
  consents: z.strictObject({ removal: z.string().min(1), restart: z.string().min(1) }),
});
export type GuestInputs = z.output<typeof guestInputs>;

/** What only its making needs is not kept, so that another `node` in the file is no change of the guest. */
export const NOT_KEPT = {
  node: true,
  initial: true,
  initialCards: true,
  startsItself: true,
  members: true,
  moveDeadlineMs: true,
} as const;
const guestState = guestInputs.omit(NOT_KEPT);
export type GuestState = z.output<typeof guestState>;

export const guestOutputs = z.strictObject({
  /** What HA calls it: vm:100, ct:112. */
  sid: z.string().min(1),
});
