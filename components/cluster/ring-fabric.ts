import * as pulumi from "@pulumi/pulumi";
import type { ConnectionPlan } from "../../config/plan/connections.js";
import type { FabricPlan } from "../../config/plan/fabric.js";
import type { ClusterNodePlan, ClusterPlan } from "../../config/plan/index.js";
import { SdnFabric } from "../../dynamic-providers/sdn/fabric/resource.js";
import { Component } from "../kit/component.js";
import { declarePaths } from "../network/network-paths.js";

export interface RingFabricArgs {
  readonly cluster: string;
  readonly fabric: FabricPlan;
  /** Of a member; any of them will do. */
  readonly connection: ConnectionPlan;
  readonly nodes: readonly ClusterNodePlan[];
  readonly convergenceMs: number;
  readonly adopt: boolean;
}

/** Fabrics come after the cluster, whose members they connect. */
export function declareFabrics(
  plan: ClusterPlan,
  connection: ConnectionPlan,
  opts: pulumi.ComponentResourceOptions,
): { readonly id: string; readonly fabric: RingFabric }[] {
  const { name: cluster, nodes, adopt, deadlines } = plan;
  const site = { cluster, nodes, adopt, connection, convergenceMs: deadlines.ring };
  return plan.fabrics.map((fabric) => ({
    id: fabric.id,
    fabric: new RingFabric(`${fabric.id}-fabric`, { ...site, fabric }, opts),
  }));
}

/** A ring that Proxmox routes: its fabric in SDN, and the proof that it carries packets. */
export class RingFabric extends Component {
  /** What the last measurement of all pairs saw. */
  readonly paths: pulumi.Output<string[]>;

  constructor(name: string, args: RingFabricArgs, opts?: pulumi.ComponentResourceOptions) {
    const { fabric, cluster, connection, adopt } = args;
    super("network", "RingFabric", name, { protocol: fabric.protocol }, opts);
    const sdn = new SdnFabric(
      this.child("sdn"),
      {
        cluster,
        connection,
        fabric: fabric.id,
        protocol: fabric.protocol,
        options: { ...fabric.options },
        nodes: fabric.nodes.map((node) => ({ ...node, interfaces: [...node.interfaces] })),
        adopt,
      },
      { parent: this },
    );
    const gate = declarePaths(
      this.child("paths"),
      {
        name: `${name} over its fabric`,
        network: fabric.id,
        nodes: args.nodes,
        deadlineMs: args.convergenceMs,
        routing: fabric,
      },
      { parent: this, dependsOn: [sdn] },
    );
    this.paths = pulumi.output(gate.saw);
    this.registerOutputs({ paths: this.paths });
  }
}
