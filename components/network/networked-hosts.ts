import * as pulumi from "@pulumi/pulumi";
import type { ClusterPlan } from "../../config/plan/index.js";
import { declareHosts } from "../hosts/declare.js";
import { Component } from "../kit/component.js";
import { declareNetworks } from "./declare.js";
import type { RingMember } from "./thunderbolt-ring.js";

export interface NetworkedHostsArgs {
  readonly plan: ClusterPlan;
}

interface RingMap {
  readonly members: pulumi.Output<Record<string, RingMember>>;
  readonly cables: pulumi.Output<string[]>;
  readonly paths: pulumi.Output<string[]>;
}

/** The first two phases as one component, for programs of others: every host, its interfaces, the rings, and the proofs of all that. */
export class NetworkedHosts extends Component {
  /** Why a host has to be restarted, by node. */
  readonly rebootReasons: pulumi.Output<Record<string, string[]>>;
  /** What is known of each ring, by its network. */
  readonly rings: pulumi.Output<pulumi.Unwrap<Record<string, RingMap>>>;
  /** Every cable that was seen. */
  readonly cables: pulumi.Output<string[]>;

  constructor(name: string, { plan }: NetworkedHostsArgs, opts?: pulumi.ComponentResourceOptions) {
    super("network", "NetworkedHosts", name, {}, opts);
    const alone = { done: [], hooks: [], outputs: {}, parent: this };
    const hosts = declareHosts(plan, alone);
    const networks = declareNetworks(plan, { ...alone, ...hosts });
    this.rebootReasons = pulumi.output(hosts.outputs.rebootReasons);
    this.rings = pulumi.output(
      Object.fromEntries(
        networks.rings.map(({ plan: { network }, ring: { members, cables, paths } }) => [
          network,
          { members, cables, paths },
        ]),
      ),
    );
    this.cables = networks.outputs.cabling.cables;
    this.registerOutputs({
      rebootReasons: this.rebootReasons,
      rings: this.rings,
      cables: this.cables,
    });
  }
}
