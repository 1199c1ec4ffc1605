import type * as pulumi from "@pulumi/pulumi";
import type { ConnectionPlan } from "../config/plan/connections.js";
import { type PruneSpec, placeOf, type StoragePlan } from "../config/plan/storage.js";
import { StorageGuard } from "../dynamic-providers/pvesm/guard/resource.js";
import type { ListedStorage } from "../dynamic-providers/pvesm/roster/schema.js";
import type { StorageInputArgs } from "../dynamic-providers/pvesm/storage/schema.js";

export type StorageOf<Type extends StoragePlan["type"]> = Extract<
  StoragePlan,
  { readonly type: Type }
>;

/** What a storage has to know of its cluster. */
export interface StorageSite {
  readonly cluster: string;
  /** The member through which the cluster is told. */
  readonly founder: ConnectionPlan;
  readonly connections: readonly ConnectionPlan[];
  /** Last days of consents, by name. */
  readonly consentDays: Readonly<Record<string, string>>;
}

export interface StorageArgs<Type extends StoragePlan["type"]> {
  readonly storage: StorageOf<Type>;
  readonly site: StorageSite;
}

/** Arguments that every storage of the native provider takes. */
export function commonArgs(storage: StoragePlan) {
  return {
    resourceId: storage.id,
    contents: [...storage.content],
    nodes: storage.nodes === undefined ? undefined : [...storage.nodes],
    disable: !storage.enabled,
  };
}

/** Proxmox knows a storage by its name, so the old one goes before the new one comes. */
export function definitionOptions(parent: pulumi.Resource): pulumi.CustomResourceOptions {
  return { parent, deleteBeforeReplace: true };
}

export function listed(storage: StoragePlan): ListedStorage {
  return {
    id: storage.id,
    place: placeOf(storage),
    shared: storage.shared,
    ...(storage.nodes === undefined ? {} : { nodes: [...storage.nodes] }),
  };
}

/** Keeps a definition of the native provider until the storage holds nothing. */
export function guardDefinition(
  name: string,
  storage: StoragePlan,
  { connections, consentDays }: StorageSite,
  definition: pulumi.CustomResource,
  parent: pulumi.Resource,
): StorageGuard {
  return new StorageGuard(
    name,
    {
      storage: listed(storage),
      definition: definition.id,
      connections: [...connections],
      consent: consentsOf(storage.id, consentDays),
    },
    { parent },
  );
}

export function consentsOf(
  id: string,
  days: Readonly<Record<string, string>>,
): Record<string, string> {
  return Object.fromEntries(
    Object.entries(days).filter(
      ([what]) => what === `storage.${id}` || what.startsWith(`storage.${id}.`),
    ),
  );
}

/** Arguments of a storage that the program defines itself, in Proxmox's own spelling. */
export function ownArgs(
  storage: StoragePlan,
  { cluster, founder, connections, consentDays }: StorageSite,
  proxmox: {
    readonly type: string;
    readonly fixed: Readonly<Record<string, string>>;
    readonly options: Readonly<Record<string, string | undefined>>;
  },
): StorageInputArgs {
  const options = {
    content: storage.content.join(","),
    disable: storage.enabled ? "0" : "1",
    "prune-backups": storage.prune === undefined ? undefined : pruneWords(storage.prune),
    ...proxmox.options,
  };
  return {
    cluster,
    connection: founder,
    connections: [...connections],
    storage: storage.id,
    type: proxmox.type,
    place: placeOf(storage),
    shared: storage.shared,
    ...(storage.nodes === undefined ? {} : { nodes: [...storage.nodes] }),
    fixed: proxmox.fixed,
    options: Object.fromEntries(
      Object.entries(options).flatMap(([key, value]) =>
        value === undefined ? [] : [[key, value]],
      ),
    ),
    adopt: storage.adopt,
    consent: consentsOf(storage.id, consentDays),
  };
}

/** `keepDaily: 7` is `keep-daily=7`. */
function pruneWords(rule: PruneSpec): string {
  return Object.entries(rule)
    .flatMap(([key, value]) => {
      const name = key.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
      return value === undefined || value === false
        ? []
        : [`${name}=${value === true ? 1 : value}`];
    })
    .sort()
    .join(",");
}
