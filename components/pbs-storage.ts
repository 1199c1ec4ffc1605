import { storage as pve } from "@muhlba91/pulumi-proxmoxve";
import * as pulumi from "@pulumi/pulumi";
import { Component } from "./component.js";
import { secretInputs } from "./secret-source.js";
import { commonArgs, type StorageArgs } from "./storage-args.js";

/** A datastore of a Proxmox Backup Server as storage of every node. */
export class PbsStorage extends Component {
  readonly storage: pulumi.Output<string>;

  constructor(name: string, args: StorageArgs<"pbs">, opts?: pulumi.ComponentResourceOptions) {
    super("storage", "PbsStorage", name, { content: [...args.storage.content] }, opts);
    const { storage, secret } = args;
    const { encryptionKey } = storage;
    new pve.Pbs(
      this.child("definition"),
      {
        ...commonArgs(storage),
        server: storage.server,
        datastore: storage.datastore,
        namespace: storage.namespace,
        username: storage.user,
        password: secret(storage.password),
        fingerprint: storage.fingerprint,
        encryptionKey: encryptionKey === undefined ? undefined : secret(encryptionKey),
        backups: storage.prune,
      },
      { parent: this, ignoreChanges: secretInputs("password", "encryptionKey") },
    );
    this.storage = pulumi.output(storage.id);
    this.registerOutputs({ storage: this.storage });
  }
}
