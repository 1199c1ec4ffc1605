import * as pulumi from "@pulumi/pulumi";
import type { ConnectionPlan } from "../../config/plan/connections.js";
import type { StoragePlan } from "../../config/plan/storage.js";
import { storageFacts } from "../../config/plan/storage-kinds.js";
import { StorageGate } from "../../dynamic-providers/pvesm/gate/resource.js";
import { Component } from "../kit/component.js";

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
          places: Object.fromEntries(storages.map((one) => [one.id, storageFacts(one).place])),
          views: connections.map((connection) => ({
            connection,
            storages: storages
              .filter((one) => one.nodes === undefined || one.nodes.includes(connection.node))
              .map((one) => one.id),
          })),
          ...triedBy(storages),
        },
        { parent: this },
      );
      this.views = gate.views;
    }
    this.registerOutputs({ views: this.views });
  }
}

/** A storage with files is tried by a file, one with volumes by a volume; a backup server takes neither. */
function triedBy(storages: readonly StoragePlan[]): {
  readonly directories: Record<string, string>;
  readonly volumes: string[];
} {
  const probes = storages.map((one) => ({ id: one.id, probe: storageFacts(one).probe }));
  return {
    directories: Object.fromEntries(
      probes.flatMap(({ id, probe }) => (typeof probe === "object" ? [[id, probe.directory]] : [])),
    ),
    volumes: probes.flatMap(({ id, probe }) => (probe === "volume" ? [id] : [])),
  };
}
