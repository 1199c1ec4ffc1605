import type * as pulumi from "@pulumi/pulumi";
import type { ConnectionPlan } from "../../config/plan/connections.js";
import type { ClockPlan } from "../../config/plan/hosts.js";
import { Clocks } from "../../dynamic-providers/host/clocks/resource.js";
import { Component } from "../kit/component.js";

export interface ClockAgreementArgs extends ClockPlan {
  readonly connections: readonly ConnectionPlan[];
}

/** Proves that the clocks of all hosts agree before anything is built that needs it. */
export class ClockAgreement extends Component {
  readonly saw: pulumi.Output<string[]>;

  constructor(name: string, args: ClockAgreementArgs, opts?: pulumi.ComponentResourceOptions) {
    super("host", "ClockAgreement", name, {}, opts);
    const { connections, toleranceMs, sources } = args;
    const gate = new Clocks(
      this.child("gate"),
      { name, connections: [...connections], toleranceMs, sources: [...sources] },
      { parent: this },
    );
    this.saw = gate.saw;
    this.registerOutputs({ saw: this.saw });
  }
}
