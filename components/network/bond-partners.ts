import * as pulumi from "@pulumi/pulumi";
import type { ClusterNodePlan } from "../../config/plan/index.js";
import type { NodeNetworkPlan } from "../../config/plan/interfaces.js";
import { Bonds } from "../../dynamic-providers/host/bonds/resource.js";
import { Component } from "../kit/component.js";

export interface BondPartnersArgs {
  readonly nodes: readonly ClusterNodePlan[];
}

/** The gate that opens when the far side of every 802.3ad bond is one LAG. */
export class BondPartners extends Component {
  /** What the last look at each bond saw. */
  readonly saw: pulumi.Output<string[]>;

  constructor(name: string, args: BondPartnersArgs, opts?: pulumi.ComponentResourceOptions) {
    super("network", "BondPartners", name, {}, opts);
    const hosts = args.nodes.flatMap(({ connection, network }) => {
      const bonds = lagsOf(network);
      return bonds.length === 0 ? [] : [{ connection, bonds }];
    });
    const gate =
      hosts.length === 0
        ? undefined
        : new Bonds(this.child("gate"), { name, hosts }, { parent: this });
    this.saw = gate?.saw ?? pulumi.output<string[]>([]);
    this.registerOutputs({ saw: this.saw });
  }
}

function lagsOf({ interfaces }: NodeNetworkPlan): { name: string; ports: string[] }[] {
  return interfaces.flatMap((one) =>
    one.kind === "bond" && one.mode === "802.3ad"
      ? [{ name: one.name, ports: [...one.ports] }]
      : [],
  );
}
