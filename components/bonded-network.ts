import * as pulumi from "@pulumi/pulumi";
import type { NodeNetworkPlan } from "../config/plan/interfaces.js";
import { renderInterfaces } from "../config/plan/render/interfaces.js";
import { Component } from "./component.js";

export interface BondedNetworkArgs {
  readonly network: NodeNetworkPlan;
}

/** All of one node's interfaces as one file: bonds, bridges, VLANs, ring ports, routes. */
export class BondedNetwork extends Component {
  /** The interface that has the node's address in each network. */
  readonly deviceOf: pulumi.Output<Record<string, string>>;

  constructor(name: string, args: BondedNetworkArgs, opts?: pulumi.ComponentResourceOptions) {
    const interfaces = renderInterfaces(args.network);
    super("network", "BondedNetwork", name, { node: args.network.node, interfaces }, opts);
    this.deviceOf = pulumi.output({ ...args.network.deviceOf });
    this.registerOutputs({ deviceOf: this.deviceOf });
  }
}
