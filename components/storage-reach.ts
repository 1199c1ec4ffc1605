import * as pulumi from "@pulumi/pulumi";
import type { ConnectionPlan } from "../config/plan/connections.js";
import type { StoragePlan } from "../config/plan/storage.js";
import { StorageGate } from "../dynamic-providers/pvesm/gate/resource.js";
import { Component } from "./component.js";

export interface StorageReachArgs {
  readonly cluster: string;
  readonly storages: readonly StoragePlan[];
  readonly connections: readonly ConnectionPlan[];
  readonly waitMs: number;
}

/** The gate behind storages: every node that uses one has written to it and read back. */
export class StorageReach extends Component {
  /** By node, then by storage. */
  readonly views: pulumi.Output<Record<string, Record<string, string>>>;

  constructor(name: string, args: StorageReachArgs, opts?: pulumi.ComponentResourceOptions) {
    super("storage", "StorageReach", name, {}, opts);
    const { cluster, connections, waitMs } = args;
    const storages = args.storages.filter((storage) => storage.enabled);
    if (storages.length === 0) {
      this.views = pulumi.output<Record<string, Record<string, string>>>({});
    } else {
      const gate = new StorageGate(
        this.child("gate"),
        {
          cluster,
          waitMs,
          deadlineSeconds: Math.ceil(waitMs / 1_000),
          views: connections.map((connection) => ({
            connection,
            storages: storages
              .filter((one) => one.nodes === undefined || one.nodes.includes(connection.node))
              .map((one) => one.id),
          })),
        },
        { parent: this },
      );
      this.views = gate.views;
    }
    this.registerOutputs({ views: this.views });
  }
}
