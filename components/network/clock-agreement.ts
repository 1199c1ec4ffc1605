import type * as pulumi from "@pulumi/pulumi";
import type { ClockPlan } from "../../config/plan/hosts.js";
import { type ClusterPlan, connectionsOf } from "../../config/plan/index.js";
import { Clocks } from "../../dynamic-providers/host/clocks/resource.js";
import { Component } from "../kit/component.js";

export interface ClockAgreementArgs extends ClockPlan {
  readonly nodes: ClusterPlan["nodes"];
}

/** Proves that the clocks of all hosts agree before anything is built that needs it. */
export class ClockAgreement extends Component {
  readonly saw: pulumi.Output<string[]>;

  constructor(name: string, args: ClockAgreementArgs, opts?: pulumi.ComponentResourceOptions) {
    super("host", "ClockAgreement", name, {}, opts);
    const { toleranceMs, sources } = args;
    const gate = new Clocks(
      this.child("gate"),
      { name, connections: connectionsOf(args), toleranceMs, sources: [...sources] },
      { parent: this },
    );
    this.saw = gate.saw;
    this.registerOutputs({ saw: this.saw });
  }
}
