import * as pulumi from "@pulumi/pulumi";
import type { ClusterNodePlan } from "../../config/plan/index.js";
import type { NodeNetworkPlan } from "../../config/plan/interfaces.js";
import { renderInterfaces } from "../../config/plan/render/interfaces.js";
import type { RingPlan } from "../../config/plan/ring.js";
import { HostNetwork } from "../../dynamic-providers/host/network/resource.js";
import { Component } from "../kit/component.js";

export interface BondedNetworkArgs {
  readonly node: ClusterNodePlan;
  readonly rollbackMs: number;
  readonly adopt: boolean;
  /** Who routes the ring that the node is in. */
  readonly ringOwner?: RingPlan["owner"] | undefined;
  /** Stands for the node: with it, its network is only forgotten. */
  readonly host: pulumi.Resource;
}

/** All of one node's interfaces as one file: bonds, bridges, VLANs, ring ports, routes. */
export class BondedNetwork extends Component {
  /** The interface that has the node's address in each network. */
  readonly deviceOf: pulumi.Output<Record<string, string>>;

  constructor(name: string, args: BondedNetworkArgs, opts?: pulumi.ComponentResourceOptions) {
    const { node, rollbackMs, adopt, ringOwner } = args;
    const { network, connection } = node;
    super("network", "BondedNetwork", name, { deviceOf: network.deviceOf }, opts);
    const content = renderInterfaces(network);
    new HostNetwork(
      this.child("interfaces"),
      {
        connection,
        part: "interfaces",
        files: [{ path: "/etc/network/interfaces", content, mode: "0644", owner: "root:root" }],
        managementAddress: connection.host,
        addresses: addressesOf(network),
        rollbackMs,
        adopt,
        ...(ringOwner === undefined ? {} : { ringOwner }),
      },
      { parent: this, deletedWith: args.host },
    );
    this.deviceOf = pulumi.output({ ...network.deviceOf });
    this.registerOutputs({ deviceOf: this.deviceOf });
  }
}

/** What must be there afterwards. Ports of a ring come and go with their cables, so they don't count. */
function addressesOf(network: NodeNetworkPlan): string[] {
  const addresses = network.interfaces.flatMap((one) =>
    one.kind === "ring-port" ? [] : one.addresses.map((address) => address.split("/")[0] ?? ""),
  );
  return [...new Set(addresses)].sort();
}
