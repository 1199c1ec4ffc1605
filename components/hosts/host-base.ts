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
  /** Whoever declares it calls `install` once the ring has its routing; without it all packages come at once. */
  readonly mayInstallLater?: true;
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
  /** Everything is there that a restart can bring, and behind it nothing restarts the host. */
  readonly ready: pulumi.Resource;
  /** Stands for the host: what is on it is forgotten, not removed, when the host leaves the stack file. */
  readonly self: pulumi.Resource;
  readonly #args: HostBaseArgs;

  constructor(name: string, args: HostBaseArgs, opts?: pulumi.ComponentResourceOptions) {
    const { node, adopt } = args;
    const { host, connection } = node;
    super("host", "HostBase", name, { address: node.address, fqdn: node.fqdn }, opts);
    this.#args = args;
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
    const installed = this.installsBehindRouting
      ? [this.declarePackages("first-packages", host.firstPackages, files)]
      : this.install(files);
    // Behind all that may need a start, and one is enough.
    const reboot = this.declareReboot(args, [settings, ...files, ...installed]);
    this.ready = reboot;
    this.address = pulumi.output(node.address);
    this.rebootReasons = reboot.reasons;
    this.registerOutputs({ address: this.address, rebootReasons: this.rebootReasons });
  }

  /** Whether most packages come only when the ring has its routing, while its routes are on their way. */
  get installsBehindRouting(): boolean {
    const { mayInstallLater, node } = this.#args;
    return mayInstallLater === true && node.host.firstPackages.length > 0;
  }

  /** All packages and the files of what they bring. A host that installs behind its routing is told when that is. */
  install(dependsOn: readonly pulumi.Resource[]): pulumi.Resource[] {
    const { host, connection } = this.#args.node;
    const packages = this.declarePackages("packages", host.packages, dependsOn);
    const services = host.serviceFiles.map((group) =>
      this.declareFiles(group, connection, [packages]),
    );
    return [packages, ...services];
  }

  private declarePackages(
    name: string,
    packages: readonly string[],
    dependsOn: readonly pulumi.Resource[],
  ): HostPackages {
    const { node, adopt, deadlines } = this.#args;
    return new HostPackages(
      this.child(name),
      {
        connection: node.connection,
        packages: [...packages],
        pins: { ...node.host.pins },
        installDeadlineMs: deadlines.packages,
        adopt,
      },
      { parent: this, dependsOn: [...dependsOn], deletedWith: this.self },
    );
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
        adopt: this.#args.adopt,
      },
      { parent: this, dependsOn: [...dependsOn], deletedWith: this.self },
    );
  }
}
