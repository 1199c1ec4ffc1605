import { storage as pve } from "@muhlba91/pulumi-proxmoxve";
import * as pulumi from "@pulumi/pulumi";
import { StorageDefinition } from "../../dynamic-providers/pvesm/storage/resource.js";
import { Component } from "../kit/component.js";
import { commonArgs, declareDefinition, ownArgs, type StorageArgs } from "./storage-args.js";

/** A directory of the hosts as storage. */
export class DirectoryStorage extends Component {
  readonly storage: pulumi.Output<string>;

  constructor(name: string, args: StorageArgs<"dir">, opts?: pulumi.ComponentResourceOptions) {
    super("storage", "DirectoryStorage", name, { content: [...args.storage.content] }, opts);
    if (args.storage.mountPoint) {
      this.declareOwn(args);
    } else {
      this.declareNative(args);
    }
    this.storage = pulumi.output(args.storage.id);
    this.registerOutputs({ storage: this.storage });
  }

  private declareNative(args: StorageArgs<"dir">): void {
    const { storage } = args;
    const names = { definition: this.child("definition"), guard: this.child("guard") };
    declareDefinition(
      args,
      names,
      this,
      (definition, options) =>
        new pve.Directory(
          definition,
          {
            ...commonArgs(storage),
            path: storage.path,
            shared: storage.shared,
            backups: storage.prune,
          },
          options,
        ),
    );
  }

  /** The native provider can't tell Proxmox to leave the directory alone while nothing is mounted there. */
  private declareOwn({ storage, site }: StorageArgs<"dir">): void {
    new StorageDefinition(this.child("definition"), ownArgs(storage, site), { parent: this });
  }
}
