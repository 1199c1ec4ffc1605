import { z } from "zod";
import type { ApiPath } from "../transport/pvesh/endpoints.js";

/** Names of the kinds: they stand in states and in consents, `storage.nfs-vms`, and so stay for ever. */
const nativeKindName = z.enum(["storage", "resourcePool", "haGroup"]);
export type NativeKindName = z.output<typeof nativeKindName>;

interface Description {
  /** Where Proxmox lists them. */
  readonly list: Extract<ApiPath<"get">, "/storage" | "/pools" | "/cluster/ha/groups">;
  /** The key of the name in that list. */
  readonly key: string;
  /** What a person calls one. */
  readonly called: string;
  /** Whether something would be lost with one: then a guard stands behind it. */
  readonly holds: boolean;
}

const descriptions: Readonly<Record<NativeKindName, Description>> = {
  storage: { list: "/storage", key: "storage", called: "storage", holds: true },
  resourcePool: { list: "/pools", key: "poolid", called: "resource pool", holds: false },
  haGroup: { list: "/cluster/ha/groups", key: "group", called: "HA group", holds: false },
};

const identity = { kind: nativeKindName, name: z.string().min(1) };
const apiKeys = z.record(z.string(), z.string());

/** One of them as far as its removal is concerned. */
export const native = z.strictObject({
  ...identity,
  /** What cannot be changed of it, in words; absent where everything can. */
  place: z.string().min(1).optional(),
  /** Whether one node sees what all see. */
  shared: z.boolean().optional(),
  /** Nodes that use it; absent when all do. */
  nodes: z.array(z.string().min(1)).optional(),
});
export type Native = z.output<typeof native>;

/** What the file says of it, in Proxmox's own words. */
export const nativeWish = z.strictObject({
  ...identity,
  /** What Proxmox never changes. */
  fixed: apiKeys,
  keys: apiKeys,
  adopt: z.boolean(),
});
export type NativeWish = z.output<typeof nativeWish>;

type Identity = Pick<Native, "kind" | "name">;

/** Its place in Proxmox's API, which is its name to the program too. */
export function pathOf({ kind, name }: Identity) {
  return `${descriptions[kind].list}/${name}` as const;
}

export function titleOf({ kind, name }: Identity): string {
  return `${descriptions[kind].called} ${name}`;
}

export function holdsSomething({ kind }: Identity): boolean {
  return descriptions[kind].holds;
}

/** Where it is made, as the API's own resource of the program needs it. */
export function madeAt({ kind, name }: Identity) {
  const { list, key } = descriptions[kind];
  return { at: list, name, key };
}

/** Consents that are about natives, those for what has left the file among them. */
export function nativeConsents(days: Readonly<Record<string, string>>): Record<string, string> {
  const kinds = Object.keys(descriptions);
  return Object.fromEntries(
    Object.entries(days).filter(([what]) => kinds.includes(what.split(".")[0] ?? "")),
  );
}

/** Those that are about one of them. */
export function consentsFor(
  { kind, name }: Identity,
  days: Readonly<Record<string, string>>,
): Record<string, string> {
  const own = `${kind}.${name}`;
  return Object.fromEntries(
    Object.entries(days).filter(([what]) => what === own || what.startsWith(`${own}.`)),
  );
}
