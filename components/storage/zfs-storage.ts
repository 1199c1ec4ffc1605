import { storage as pve } from "@muhlba91/pulumi-proxmoxve";
import * as pulumi from "@pulumi/pulumi";
import { Component } from "../kit/component.js";
import { commonArgs, declareDefinition, type StorageArgs } from "./storage-args.js";

/** A ZFS pool or dataset of the hosts as storage. */
export class ZfsStorage extends Component {
  readonly storage: pulumi.Output<string>;

  constructor(name: string, args: StorageArgs<"zfs">, opts?: pulumi.ComponentResourceOptions) {
    super("storage", "ZfsStorage", name, { content: [...args.storage.content] }, opts);
    const { storage } = args;
    const names = { definition: this.child("definition"), guard: this.child("guard") };
    declareDefinition(
      args,
      names,
      this,
      (definition, options) =>
        new pve.Zfspool(
          definition,
          { ...commonArgs(storage), zfsPool: storage.pool, thinProvision: storage.thin },
          options,
        ),
    );
    this.storage = pulumi.output(storage.id);
    this.registerOutputs({ storage: this.storage });
  }
}
