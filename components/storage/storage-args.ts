import type * as pulumi from "@pulumi/pulumi";
import type { ConnectionPlan } from "../../config/plan/connections.js";
import { placeOf, type StoragePlan } from "../../config/plan/storage.js";
import { StorageGuard } from "../../dynamic-providers/pvesm/guard/resource.js";
import type { ListedStorage, Wishes } from "../../dynamic-providers/pvesm/roster/schema.js";
import { StorageDefinition } from "../../dynamic-providers/pvesm/storage/resource.js";
import type { StorageInputArgs } from "../../dynamic-providers/pvesm/storage/schema.js";
import { recordedOnce } from "../native/recorded-once.js";
import { wordsOf } from "./storage-words.js";

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
  /** Storages that were on the cluster before the program came. */
  readonly standing: readonly string[];
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

/** What a first look at the cluster compares. */
export function wished(storage: StoragePlan): Wishes["storages"][number] {
  const { type, fixed, options } = wordsOf(storage);
  return {
    id: storage.id,
    type,
    fixed,
    options: {
      ...options,
      ...(storage.nodes === undefined ? {} : { nodes: storage.nodes.join(",") }),
    },
    adopt: storage.adopt,
  };
}

/**
 * The native provider makes what is not there. What somebody made before stays what it is and is kept by a resource of our own: the
 * native one knows of no taking over without a token, which is made in the same run, and writes more than what differs.
 */
export function declareDefinition(
  { storage, site }: { readonly storage: StoragePlan; readonly site: StorageSite },
  names: { readonly definition: string; readonly guard: string },
  parent: pulumi.Resource,
  native: (name: string, opts: pulumi.CustomResourceOptions) => pulumi.CustomResource,
): void {
  if (site.standing.includes(storage.id)) {
    new StorageDefinition(names.definition, ownArgs(storage, site), { parent });
    return;
  }
  // Proxmox knows a storage by its name, so the old one goes before the new one comes.
  const definition = native(names.definition, {
    parent,
    deleteBeforeReplace: true,
    hooks: recordedOnce(site.founder, { storages: [wished(storage)] }),
  });
  guardDefinition(names.guard, storage, site, definition, parent);
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
function guardDefinition(
  name: string,
  storage: StoragePlan,
  { connections, consentDays }: StorageSite,
  definition: pulumi.CustomResource,
  parent: pulumi.Resource,
): void {
  new StorageGuard(
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

function consentsOf(id: string, days: Readonly<Record<string, string>>): Record<string, string> {
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
): StorageInputArgs {
  return {
    cluster,
    connection: founder,
    connections: [...connections],
    storage: storage.id,
    place: placeOf(storage),
    shared: storage.shared,
    ...(storage.nodes === undefined ? {} : { nodes: [...storage.nodes] }),
    ...wordsOf(storage),
    adopt: storage.adopt,
    consent: consentsOf(storage.id, consentDays),
  };
}
