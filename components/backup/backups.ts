import type * as pulumi from "@pulumi/pulumi";
import type { BackupJobPlan } from "../../config/plan/backup.js";
import type { ConnectionPlan } from "../../config/plan/connections.js";
import { BackupGate } from "../../dynamic-providers/backup/gate/resource.js";
import { BackupJob } from "../../dynamic-providers/backup/job/resource.js";
import { Component } from "../kit/component.js";

interface BackupsArgs {
  readonly cluster: string;
  readonly adopt: boolean;
  readonly jobs: readonly BackupJobPlan[];
  readonly connection: ConnectionPlan;
  /** Of the members, by name. */
  readonly members: Readonly<Record<string, ConnectionPlan>>;
  /** What a storage is, in words, by its name. */
  readonly places: Readonly<Record<string, string>>;
}

/** The cluster's scheduled backups, and the proof that each of them can save something. */
export class Backups extends Component {
  /** The backup that proves a job, by the job. */
  readonly proofs: pulumi.Output<Record<string, string>>;
  /** Guests that no job saves. */
  readonly unsaved: pulumi.Output<string[]>;

  constructor(name: string, args: BackupsArgs, opts?: pulumi.ComponentResourceOptions) {
    super("backup", "Backups", name, {}, opts);
    const { cluster, adopt, jobs, connection, members, places } = args;
    const declared = jobs.map(
      ({ name: job, saves, keys }) =>
        new BackupJob(
          this.child(job),
          { cluster, connection, adopt, job, saves, keys: { ...keys } },
          { parent: this },
        ),
    );
    const proved = jobs.filter(({ isProved }) => isProved);
    const gate = new BackupGate(
      this.child("gate"),
      {
        cluster,
        connection,
        members: { ...members },
        jobs: proved.map(({ name: job, storage, guests }) => ({
          name: job,
          storage,
          guests: [...guests],
        })),
        places: Object.fromEntries(
          proved.map(({ storage }) => [storage, places[storage] ?? storage]),
        ),
      },
      { parent: this, dependsOn: declared },
    );
    this.proofs = gate.proofs;
    this.unsaved = gate.unsaved;
    this.registerOutputs({ proofs: this.proofs, unsaved: this.unsaved });
  }
}
