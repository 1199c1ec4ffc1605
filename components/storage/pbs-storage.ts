import * as pulumi from "@pulumi/pulumi";
import { StorageDefinition } from "../../dynamic-providers/pvesm/storage/resource.js";
import { Component } from "../kit/component.js";
import { ownArgs, type StorageArgs } from "./storage-args.js";

/**
 * A datastore of a Proxmox Backup Server as storage of every node. The native provider would keep token and encryption
 * key in the state.
 */
export class PbsStorage extends Component {
  readonly storage: pulumi.Output<string>;

  constructor(name: string, args: StorageArgs<"pbs">, opts?: pulumi.ComponentResourceOptions) {
    super("storage", "PbsStorage", name, { content: [...args.storage.content] }, opts);
    const { storage, site } = args;
    const { password, encryptionKey } = storage;
    new StorageDefinition(
      this.child("definition"),
      {
        ...ownArgs(storage, site),
        password,
        ...(encryptionKey === undefined ? {} : { encryptionKey }),
      },
      { parent: this },
    );
    this.storage = pulumi.output(storage.id);
    this.registerOutputs({ storage: this.storage });
  }
}
