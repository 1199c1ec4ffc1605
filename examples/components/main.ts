import * as pulumi from "@pulumi/pulumi";
import {
  BondedNetwork,
  type DeclaredHost,
  HostBase,
  hostArgs,
  networkArgs,
  readPlan,
  ringArgs,
  ThunderboltRing,
} from "proxmox-ha/components";

/** Something of this program's own; everything of the cluster's hosts hangs below it. */
class Rack extends pulumi.ComponentResource {
  constructor(name: string) {
    super("lab:index:Rack", name);
    this.registerOutputs({});
  }
}

/** Three hosts with their interfaces and the ring between them, and no cluster: that is somebody else's here. */
async function program() {
  const rack = new Rack(new pulumi.Config("lab").require("rack"));
  const plan = await readPlan();

  const hosts: DeclaredHost[] = plan.nodes.map((node) => ({
    node,
    base: new HostBase(node.name, hostArgs(plan, node.name), { parent: rack }),
  }));
  const networks = hosts.map(
    (host) =>
      new BondedNetwork(host.node.name, networkArgs(plan, host), {
        parent: rack,
        dependsOn: [host.base],
      }),
  );
  const ring = new ThunderboltRing("ring", ringArgs(plan, "ring", hosts), {
    parent: rack,
    dependsOn: networks,
  });

  return { cables: ring.cables, paths: ring.paths };
}

export = program;
