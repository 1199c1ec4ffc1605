import * as pulumi from "@pulumi/pulumi";
import type { ConnectionPlan } from "../../config/plan/connections.js";
import type { ClusterNodePlan } from "../../config/plan/index.js";
import type { FileGroup } from "../../config/plan/render/base-files.js";
import { HostFiles } from "../../dynamic-providers/host/files/resource.js";
import { HostPackages } from "../../dynamic-providers/host/packages/resource.js";
import { HostReboot } from "../../dynamic-providers/host/reboot/resource.js";
import { HostSettings } from "../../dynamic-providers/host/settings/resource.js";
import { Component } from "../kit/component.js";

export interface HostBaseArgs {
  readonly node: ClusterNodePlan;
  readonly adopt: boolean;
  /** The member that keeps this node's data in Ceph while it restarts. */
  readonly keeper?: ConnectionPlan;
  readonly deadlines: {
    readonly packages: number;
    readonly reboot: number;
    readonly evacuation: number;
    readonly quorum: number;
    readonly ceph: number;
  };
}

/** What a freshly installed host needs before it can become a member: names, users, packages, kernel. */
export class HostBase extends Component {
  readonly address: pulumi.Output<string>;
  /** Why the host has to be restarted before everything holds, where that waits for a person. */
  readonly rebootReasons: pulumi.Output<string[]>;
  /** Stands for the host: what is on it is forgotten, not removed, when the host leaves the stack file. */
  readonly self: pulumi.Resource;
  readonly #adopt: boolean;

  constructor(name: string, args: HostBaseArgs, opts?: pulumi.ComponentResourceOptions) {
    const { node, adopt } = args;
    const { host, connection } = node;
    super("host", "HostBase", name, { address: node.address, fqdn: node.fqdn }, opts);
    this.#adopt = adopt;
    const settings = new HostSettings(
      this.child("settings"),
      {
        connection,
        hostname: node.name,
        timezone: host.timezone,
        locale: host.locale,
        users: host.users.map((user) => ({ ...user, keys: [...user.keys] })),
        rootKeys: [...host.rootKeys],
        kernelParameters: [...host.kernelParameters],
        adopt,
      },
      // A host that leaves is switched off or goes its own way; nothing is undone on it.
      { parent: this, retainOnDelete: true },
    );
    this.self = settings;
    const files = host.baseFiles.map((group) => this.declareFiles(group, connection, [settings]));
    const packages = new HostPackages(
      this.child("packages"),
      {
        connection,
        packages: [...host.packages],
        pins: { ...host.pins },
        installDeadlineMs: args.deadlines.packages,
        adopt,
      },
      { parent: this, dependsOn: files, deletedWith: settings },
    );
    const services = host.serviceFiles.map((group) =>
      this.declareFiles(group, connection, [packages]),
    );
    // Last: everything before it may need a start, and one is enough.
    const reboot = this.declareReboot(args, [settings, packages, ...files, ...services]);
    this.address = pulumi.output(node.address);
    this.rebootReasons = reboot.reasons;
    this.registerOutputs({ address: this.address, rebootReasons: this.rebootReasons });
  }

  private declareReboot(
    { node: { host, connection }, keeper, deadlines }: HostBaseArgs,
    dependsOn: pulumi.Resource[],
  ): HostReboot {
    const { policy, consent, watchdog, kernelPins, console } = host.reboot;
    return new HostReboot(
      this.child("reboot"),
      {
        connection,
        policy,
        consent: { ...consent },
        kernelParameters: [...host.kernelParameters],
        watchdog,
        kernelPins: { ...kernelPins },
        console,
        rebootDeadlineMs: deadlines.reboot,
        evacuationDeadlineMs: deadlines.evacuation,
        quorumDeadlineMs: deadlines.quorum,
        cephDeadlineMs: deadlines.ceph,
        ...(keeper === undefined ? {} : { keeper }),
      },
      { parent: this, dependsOn, deletedWith: this.self },
    );
  }

  private declareFiles(
    group: FileGroup,
    connection: ConnectionPlan,
    dependsOn: readonly pulumi.Resource[],
  ): HostFiles {
    const { name, files, validate, reload } = group;
    return new HostFiles(
      this.child(name),
      {
        connection,
        set: name,
        files: Object.fromEntries(
          files.map(({ path, content, mode, installed }) => [
            path,
            {
              content,
              mode: `0${mode.toString(8)}`,
              ...(installed === undefined ? {} : { installed }),
            },
          ]),
        ),
        ...(validate === undefined ? {} : { validate }),
        ...(reload === undefined ? {} : { reload }),
        adopt: this.#adopt,
      },
      { parent: this, dependsOn: [...dependsOn], deletedWith: this.self },
    );
  }
}
