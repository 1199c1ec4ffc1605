import * as pulumi from "@pulumi/pulumi";
import { StorageDefinition } from "../../dynamic-providers/pvesm/storage/resource.js";
import { Component } from "../kit/component.js";
import { ownArgs, type StorageArgs } from "./storage-args.js";

/** An SMB share as storage of every node. The native provider would keep the password in the state. */
export class CifsStorage extends Component {
  readonly storage: pulumi.Output<string>;

  constructor(name: string, args: StorageArgs<"cifs">, opts?: pulumi.ComponentResourceOptions) {
    super("storage", "CifsStorage", name, { content: [...args.storage.content] }, opts);
    const { storage, site } = args;
    const { password } = storage;
    new StorageDefinition(
      this.child("definition"),
      {
        ...ownArgs(storage, site),
        ...(password === undefined ? {} : { password }),
      },
      { parent: this },
    );
    this.storage = pulumi.output(storage.id);
    this.registerOutputs({ storage: this.storage });
  }
}
