import { storage as pve } from "@muhlba91/pulumi-proxmoxve";
import * as pulumi from "@pulumi/pulumi";
import { Component } from "../kit/component.js";
import { commonArgs, declareDefinition, type StorageArgs } from "./storage-args.js";

/** An NFS export of a NAS as storage of every node. */
export class NfsStorage extends Component {
  readonly storage: pulumi.Output<string>;

  constructor(name: string, args: StorageArgs<"nfs">, opts?: pulumi.ComponentResourceOptions) {
    super("storage", "NfsStorage", name, { content: [...args.storage.content] }, opts);
    const { storage } = args;
    const names = { definition: this.child("definition"), guard: this.child("guard") };
    declareDefinition(
      args,
      names,
      this,
      (definition, options) =>
        new pve.Nfs(
          definition,
          {
            ...commonArgs(storage),
            server: storage.server,
            export: storage.export,
            options: storage.options === "" ? undefined : storage.options,
            backups: storage.prune,
          },
          options,
        ),
    );
    this.storage = pulumi.output(storage.id);
    this.registerOutputs({ storage: this.storage });
  }
}
