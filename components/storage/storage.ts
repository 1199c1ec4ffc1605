import * as pulumi from "@pulumi/pulumi";
import type { StoragePlan } from "../../config/plan/storage.js";
import { storageFacts } from "../../config/plan/storage-kinds.js";
import { consentsFor } from "../../dynamic-providers/native/native-schema.js";
import { StorageDefinition } from "../../dynamic-providers/pvesm/storage/resource.js";
import type { StorageInputArgs } from "../../dynamic-providers/pvesm/storage/schema.js";
import { Component } from "../kit/component.js";
import { declareNative, type NativeSite } from "../native/declare-native.js";
import { wantedStorage } from "../native/wishes.js";
import { nativeStorage } from "./native-storage.js";

/** Each kind of that time had a component of its own once; states have them under these types. */
const FORMER_TYPES: Readonly<Partial<Record<StoragePlan["type"], string>>> = {
  nfs: "NfsStorage",
  cifs: "CifsStorage",
  dir: "DirectoryStorage",
  zfs: "ZfsStorage",
  lvmThin: "LvmThinStorage",
  pbs: "PbsStorage",
};

export interface StorageArgs {
  readonly storage: StoragePlan;
  readonly site: NativeSite;
}

/** A storage of the cluster, of whatever kind. */
export class Storage extends Component {
  readonly storage: pulumi.Output<string>;

  constructor(
    name: string,
    { storage, site }: StorageArgs,
    opts?: pulumi.ComponentResourceOptions,
  ) {
    super(
      "storage",
      "Storage",
      name,
      { content: [...storage.content] },
      pulumi.mergeOptions(opts, { aliases: formerTypes(storage.type) }),
    );
    declareNative(
      { resource: this.child("definition"), guard: this.child("guard") },
      wantedStorage(storage),
      site,
      {
        native: nativeStorage(storage),
        own: (definition, options) =>
          new StorageDefinition(definition, ownArgs(storage, site), options),
      },
      { parent: this },
    );
    this.storage = pulumi.output(storage.id);
    this.registerOutputs({ storage: this.storage });
  }
}

function formerTypes(type: StoragePlan["type"]): pulumi.Alias[] {
  const former = FORMER_TYPES[type];
  return former === undefined ? [] : [{ type: `proxmox-ha:storage:${former}` }];
}

/** Arguments of a storage that the program defines itself, in Proxmox's own spelling. */
export function ownArgs(
  storage: StoragePlan,
  { cluster, founder, connections, consentDays }: NativeSite,
): StorageInputArgs {
  const { place, type, fixed, options } = storageFacts(storage);
  const { id, shared, nodes, adopt } = storage;
  return {
    cluster,
    connection: founder,
    connections: [...connections],
    storage: id,
    place,
    shared,
    ...(nodes === undefined ? {} : { nodes: [...nodes] }),
    type,
    fixed,
    options,
    ...secretsOf(storage),
    adopt,
    consent: consentsFor({ kind: "storage", name: id }, consentDays),
  };
}

function secretsOf(storage: StoragePlan): Pick<StorageInputArgs, "password" | "encryptionKey"> {
  const { password, encryptionKey } = { password: undefined, encryptionKey: undefined, ...storage };
  return {
    ...(password === undefined ? {} : { password }),
    ...(encryptionKey === undefined ? {} : { encryptionKey }),
  };
}
