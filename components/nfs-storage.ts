import { storage as pve } from "@muhlba91/pulumi-proxmoxve";
import * as pulumi from "@pulumi/pulumi";
import { Component } from "./component.js";
import {
  commonArgs,
  definitionOptions,
  guardDefinition,
  type StorageArgs,
} from "./storage-args.js";

/** An NFS export of a NAS as storage of every node. */
export class NfsStorage extends Component {
  readonly storage: pulumi.Output<string>;

  constructor(name: string, args: StorageArgs<"nfs">, opts?: pulumi.ComponentResourceOptions) {
    super("storage", "NfsStorage", name, { content: [...args.storage.content] }, opts);
    const { storage, site } = args;
    const definition = new pve.Nfs(
      this.child("definition"),
      {
        ...commonArgs(storage),
        server: storage.server,
        export: storage.export,
        options: storage.options === "" ? undefined : storage.options,
        backups: storage.prune,
      },
      definitionOptions(this),
    );
    guardDefinition(this.child("guard"), storage, site, definition, this);
    this.storage = pulumi.output(storage.id);
    this.registerOutputs({ storage: this.storage });
  }
}
