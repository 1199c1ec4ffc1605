import { storage as pve } from "@muhlba91/pulumi-proxmoxve";
import * as pulumi from "@pulumi/pulumi";
import { Component } from "../kit/component.js";
import { commonArgs, declareDefinition, type StorageArgs } from "./storage-args.js";

/** An LVM thin pool of the hosts as storage. */
export class LvmThinStorage extends Component {
  readonly storage: pulumi.Output<string>;

  constructor(name: string, args: StorageArgs<"lvmThin">, opts?: pulumi.ComponentResourceOptions) {
    super("storage", "LvmThinStorage", name, { content: [...args.storage.content] }, opts);
    const { storage } = args;
    const names = { definition: this.child("definition"), guard: this.child("guard") };
    declareDefinition(
      args,
      names,
      this,
      (definition, options) =>
        new pve.Lvmthin(
          definition,
          { ...commonArgs(storage), volumeGroup: storage.volumeGroup, thinPool: storage.thinPool },
          options,
        ),
    );
    this.storage = pulumi.output(storage.id);
    this.registerOutputs({ storage: this.storage });
  }
}
