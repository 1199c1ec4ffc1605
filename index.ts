import * as pulumi from "@pulumi/pulumi";
import { BondedNetwork } from "./components/bonded-network.js";
import { CorosyncCluster } from "./components/corosync-cluster.js";
import { DatacenterOptions } from "./components/datacenter-options.js";
import { Fencing } from "./components/fencing.js";
import { HaPlacement } from "./components/ha-placement.js";
import { HostBase } from "./components/host-base.js";
import { readStack } from "./components/read-stack.js";
import { ssmSecrets } from "./components/secret-source.js";
import { declareStorages } from "./components/storages.js";
import { ThunderboltRing } from "./components/thunderbolt-ring.js";
import { renderHosts, renderResolvConf } from "./config/plan/render/hosts.js";

/** One cluster, in the order of its phases: hosts, networks, cluster, storage, placement, fencing. */
function program() {
  const { spec, plan } = readStack(new Date().toISOString().slice(0, 10));
  const { nodes, corosync, token, major } = plan;
  const files = { hosts: renderHosts(plan.names), resolvConf: renderResolvConf(plan.names) };

  const hosts = nodes.map((node) => new HostBase(node.name, { node, ...files }));
  const networks = plan.networks.map(
    (network) => new BondedNetwork(network.node, { network }, { dependsOn: hosts }),
  );
  const rings = plan.rings.map(
    (ring) =>
      new ThunderboltRing(ring.network, { ring, major }, { dependsOn: [...hosts, ...networks] }),
  );
  const cluster = new CorosyncCluster(
    plan.name,
    { nodes, corosync, token },
    { dependsOn: [...hosts, ...networks, ...rings], protect: true },
  );

  const native = { providers: [cluster.provider], dependsOn: [cluster] };
  const datacenter = new DatacenterOptions("datacenter", { datacenter: plan.datacenter }, native);
  const secret = ssmSecrets(spec.secrets.ssm);
  const storages = declareStorages(plan.storages, { secret, consents: plan.consents }, native);
  const placement = new HaPlacement("ha", { ha: plan.ha, guests: {} }, native);
  const fencing = new Fencing("fencing", { fencing: plan.fencing }, { dependsOn: [cluster] });

  return {
    cluster: plan.name,
    endpoint: cluster.endpoint,
    addresses: Object.fromEntries(nodes.map(({ name, address }) => [name, address])),
    links: cluster.links,
    quorum: cluster.quorum,
    rings: Object.fromEntries(plan.rings.map(({ network }, at) => [network, rings[at]?.members])),
    options: datacenter.options,
    storages: pulumi.all(storages.map((one) => one.storage)),
    placements: { groups: placement.groups, rules: placement.rules, waiting: plan.ha.waiting },
    fencing: fencing.matrix,
  };
}

export = program;
