import * as pulumi from "@pulumi/pulumi";
import type { CablingPlan } from "../../config/plan/cabling.js";
import type { ClusterNodePlan } from "../../config/plan/index.js";
import { Cabling } from "../../dynamic-providers/host/cabling/resource.js";
import { Component } from "../kit/component.js";

export interface CablingReportArgs {
  readonly cabling: CablingPlan;
  readonly nodes: readonly ClusterNodePlan[];
}

/** Which port leads where, as the neighbours announce themselves; nothing waits for it and nothing is refused. */
export class CablingReport extends Component {
  /** Every cable that was seen. */
  readonly cables: pulumi.Output<string[]>;
  /** Cables that are not where the stack file says, with both ends. */
  readonly differences: pulumi.Output<string[]>;

  constructor(name: string, args: CablingReportArgs, opts?: pulumi.ComponentResourceOptions) {
    const { cabling, nodes } = args;
    super("network", "CablingReport", name, {}, opts);
    const hosts = nodes.flatMap(({ connection, cabledPorts }) =>
      cabledPorts.length === 0 ? [] : [{ connection, ports: [...cabledPorts] }],
    );
    const seen =
      hosts.length === 0
        ? undefined
        : new Cabling(
            this.child("seen"),
            { name, hosts, declared: cabling.declared.map((end) => ({ ...end })) },
            { parent: this },
          );
    this.cables = seen?.cables ?? pulumi.output<string[]>([]);
    this.differences = seen?.differences ?? pulumi.output<string[]>([]);
    this.registerOutputs({ cables: this.cables, differences: this.differences });
  }
}
