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

const words = z.record(z.string(), z.string());

/** A storage's definition as the file wants it, in Proxmox's own words. */
const wishedStorage = z.strictObject({
  id: z.string().min(1),
  type: z.string().min(1),
  fixed: words,
  options: words,
  adopt: z.boolean(),
});

/** Something else that the native provider makes, and that Proxmox keeps in a list of named things. */
const wishedObject = z.strictObject({
  /** What it is to a person: "resource pool production". */
  what: z.string().min(1),
  path: z.string().min(1),
  /** The list, and the key of the name in it. */
  made: z.strictObject({ at: z.string().min(1), name: z.string().min(1), key: z.string().min(1) }),
  keys: words,
});

export const wishes = z.strictObject({
  storages: z.array(wishedStorage).default([]),
  objects: z.array(wishedObject).default([]),
});
export type Wishes = z.output<typeof wishes>;

/** What was on the cluster before the program came: ids of storages, paths of the rest. */
export const standingThings = z.strictObject({
  storages: z.array(z.string()),
  objects: z.array(z.string()),
});
export type StandingThings = z.output<typeof standingThings>;

export const NOTHING_STANDS: StandingThings = { storages: [], objects: [] };

/** The storages that the stack file names, so that the next run notices one that is missing or has moved. */
export const storageRosterInputs = z.strictObject({
  ...commonInputs,
  cluster: z.string().min(1),
  connections: z.array(sshConnection).min(1),
  storages: z.array(listedStorage),
  /** Paths of other things that the native provider makes; states of an earlier program, which made them all, have none. */
  objects: z.array(z.string()).optional(),
  standing: standingThings.default(NOTHING_STANDS),
  wishes: wishes.default({ storages: [], objects: [] }),
  /** What nobody could tell yet, because no member answered; it is looked for again before anything is made. */
  unseen: wishes.default({ storages: [], objects: [] }),
});
export type StorageRosterInputs = z.output<typeof storageRosterInputs>;

/** What is wished in detail is of use during the run alone. */
export const storageRosterState = storageRosterInputs.omit({ wishes: true, unseen: true });
export type StorageRosterState = z.output<typeof storageRosterState>;
