import { storage as pve } from "@muhlba91/pulumi-proxmoxve";
import * as pulumi from "@pulumi/pulumi";
import { Component } from "./component.js";
import {
  commonArgs,
  definitionOptions,
  guardDefinition,
  type StorageArgs,
} from "./storage-args.js";

/** An LVM thin pool of the hosts as storage. */
export class LvmThinStorage extends Component {
  readonly storage: pulumi.Output<string>;

  constructor(name: string, args: StorageArgs<"lvmThin">, opts?: pulumi.ComponentResourceOptions) {
    super("storage", "LvmThinStorage", name, { content: [...args.storage.content] }, opts);
    const { storage, site } = args;
    const definition = new pve.Lvmthin(
      this.child("definition"),
      { ...commonArgs(storage), volumeGroup: storage.volumeGroup, thinPool: storage.thinPool },
      definitionOptions(this),
    );
    guardDefinition(this.child("guard"), storage, site, definition, this);
    this.storage = pulumi.output(storage.id);
    this.registerOutputs({ storage: this.storage });
  }
}
