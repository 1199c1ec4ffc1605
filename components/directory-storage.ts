import { storage as pve } from "@muhlba91/pulumi-proxmoxve";
import * as pulumi from "@pulumi/pulumi";
import { Component } from "./component.js";
import { commonArgs, type StorageArgs } from "./storage-args.js";

/** A directory of the hosts as storage. */
export class DirectoryStorage extends Component {
  readonly storage: pulumi.Output<string>;

  constructor(name: string, args: StorageArgs<"dir">, opts?: pulumi.ComponentResourceOptions) {
    super("storage", "DirectoryStorage", name, { content: [...args.storage.content] }, opts);
    const { storage } = args;
    new pve.Directory(
      this.child("definition"),
      {
        ...commonArgs(storage),
        path: storage.path,
        shared: storage.shared,
        backups: storage.prune,
      },
      { parent: this },
    );
    this.storage = pulumi.output(storage.id);
    this.registerOutputs({ storage: this.storage });
  }
}
