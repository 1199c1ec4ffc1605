import { storage as pve } from "@muhlba91/pulumi-proxmoxve";
import * as pulumi from "@pulumi/pulumi";
import { Component } from "./component.js";
import {
  commonArgs,
  definitionOptions,
  guardDefinition,
  type StorageArgs,
} from "./storage-args.js";

/** A ZFS pool or dataset of the hosts as storage. */
export class ZfsStorage extends Component {
  readonly storage: pulumi.Output<string>;

  constructor(name: string, args: StorageArgs<"zfs">, opts?: pulumi.ComponentResourceOptions) {
    super("storage", "ZfsStorage", name, { content: [...args.storage.content] }, opts);
    const { storage, site } = args;
    const definition = new pve.Zfspool(
      this.child("definition"),
      { ...commonArgs(storage), zfsPool: storage.pool, thinProvision: storage.thin },
      definitionOptions(this),
    );
    guardDefinition(this.child("guard"), storage, site, definition, this);
    this.storage = pulumi.output(storage.id);
    this.registerOutputs({ storage: this.storage });
  }
}
