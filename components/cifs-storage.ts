import { storage as pve } from "@muhlba91/pulumi-proxmoxve";
import * as pulumi from "@pulumi/pulumi";
import { Component } from "./component.js";
import { secretInputs } from "./secret-source.js";
import { commonArgs, type StorageArgs } from "./storage-args.js";

/** An SMB share as storage of every node. */
export class CifsStorage extends Component {
  readonly storage: pulumi.Output<string>;

  constructor(name: string, args: StorageArgs<"cifs">, opts?: pulumi.ComponentResourceOptions) {
    super("storage", "CifsStorage", name, { content: [...args.storage.content] }, opts);
    const { storage, secret } = args;
    new pve.Cifs(
      this.child("definition"),
      {
        ...commonArgs(storage),
        server: storage.server,
        share: storage.share,
        username: storage.user ?? "guest",
        password: storage.password === undefined ? "" : secret(storage.password),
        domain: storage.domain,
        options: storage.version === undefined ? undefined : `vers=${storage.version}`,
        backups: storage.prune,
      },
      { parent: this, ignoreChanges: secretInputs("password") },
    );
    this.storage = pulumi.output(storage.id);
    this.registerOutputs({ storage: this.storage });
  }
}
