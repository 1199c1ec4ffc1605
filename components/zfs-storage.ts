import { storage as pve } from "@muhlba91/pulumi-proxmoxve";
import * as pulumi from "@pulumi/pulumi";
import { Component } from "./component.js";
import { commonArgs, type StorageArgs } from "./storage-args.js";

/** A ZFS pool or dataset of the hosts as storage. */
export class ZfsStorage extends Component {
  readonly storage: pulumi.Output<string>;

  constructor(name: string, args: StorageArgs<"zfs">, opts?: pulumi.ComponentResourceOptions) {
    super("storage", "ZfsStorage", name, { content: [...args.storage.content] }, opts);
    const { storage } = args;
    new pve.Zfspool(
      this.child("definition"),
      { ...commonArgs(storage), zfsPool: storage.pool, thinProvision: storage.thin },
      { parent: this },
    );
    this.storage = pulumi.output(storage.id);
    this.registerOutputs({ storage: this.storage });
  }
}
