import * as pulumi from "@pulumi/pulumi";
import type { NodePlan } from "../config/plan/nodes.js";
import { Component } from "./component.js";

export interface HostBaseArgs {
  readonly node: NodePlan;
  /** Content of `/etc/hosts`. */
  readonly hosts: string;
  readonly resolvConf: string;
}

/** What a freshly installed host needs before it can become a member: names, time, packages, kernel. */
export class HostBase extends Component {
  readonly node: pulumi.Output<string>;
  readonly address: pulumi.Output<string>;

  constructor(name: string, args: HostBaseArgs, opts?: pulumi.ComponentResourceOptions) {
    super("host", "HostBase", name, { address: args.node.address, fqdn: args.node.fqdn }, opts);
    this.node = pulumi.output(args.node.name);
    this.address = pulumi.output(args.node.address);
    this.registerOutputs({ node: this.node, address: this.address });
  }
}
