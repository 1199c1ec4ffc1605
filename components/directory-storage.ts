import { storage as pve } from "@muhlba91/pulumi-proxmoxve";
import type * as pulumi from "@pulumi/pulumi";
import { Component } from "./component.js";
import { commonArgs, type StorageArgs } from "./storage-args.js";

/** A directory of the hosts as storage. */
export class DirectoryStorage extends Component {
  readonly storage: pulumi.Output<string>;

  constructor(name: string, args: StorageArgs<"dir">, opts?: pulumi.ComponentResourceOptions) {
    super("storage", "DirectoryStorage", name, { content: [...args.storage.content] }, opts);
    const { storage } = args;
    const definition = new pve.Directory(
      this.child("definition"),
      {
        ...commonArgs(storage),
        path: storage.path,
        shared: storage.shared,
        backups: storage.prune,
      },
      { parent: this },
    );
    this.storage = definition.resourceId;
    this.registerOutputs({ storage: this.storage });
  }
}
