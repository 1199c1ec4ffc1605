import { CorosyncCluster } from "./components/corosync-cluster.js";
import { DatacenterOptions } from "./components/datacenter-options.js";
import { Fencing } from "./components/fencing.js";
import { HaPlacement } from "./components/ha-placement.js";
import { HookPoints } from "./components/hooks.js";
import { declareHosts, declareNetworks, declareNodes } from "./components/phases.js";
import { measuredFacts, publishFacts } from "./components/published-facts.js";
import { readStack } from "./components/read-stack.js";
import { declareFabrics } from "./components/ring-fabric.js";
import { stackSecrets } from "./components/secret-source.js";
import { learnSecretVersions } from "./components/secret-versions.js";
import { addressesOf, placementsOf, rebootReasons, ringMap } from "./components/stack-outputs.js";
import { StorageReach } from "./components/storage-reach.js";
import { declareRoster, declareStorages } from "./components/storages.js";

/** One cluster, in the order of its phases: hosts, networks, cluster, storage, placement, fencing. */
async function program() {
  const { spec, plan } = readStack(new Date().toISOString().slice(0, 10));
  const { name, connections } = plan;
  const secrets = stackSecrets(spec.secrets.ssm);
  await learnSecretVersions(secrets, [
    connections,
    plan.qdeviceConnection,
    plan.hosts,
    plan.networks,
    plan.storages,
    plan.datacenter,
  ]);

  const hooks = await HookPoints.of(spec, plan);
  const nodes = declareNodes(plan);
  const roster = declareRoster(plan, { dependsOn: [nodes] });
  const standing = await roster.known();
  const hosts = declareHosts(plan, [nodes, roster], hooks);
  const { rings, bonds, cabling, proofs } = declareNetworks(plan, hosts, hooks);
  const networked = [...proofs, ...hooks.between("network", "cluster", proofs)];
  const cluster = new CorosyncCluster(name, plan, { dependsOn: networked, protect: true });

  const fabrics = declareFabrics(plan, cluster.founder, { dependsOn: [cluster] });
  const formed = [cluster, ...fabrics, ...hooks.between("cluster", "storage", [cluster])];
  const native = { providers: [cluster.provider], dependsOn: formed };
  const found = { adopt: plan.adopt, standing: standing.objects };
  const member = { cluster: name, connection: cluster.founder, ...found };
  const datacenter = new DatacenterOptions(
    "datacenter",
    { datacenter: plan.datacenter, ...member },
    native,
  );
  const site = {
    cluster: name,
    founder: cluster.founder,
    connections,
    consentDays: plan.consentDays,
    standing: standing.storages,
  };
  const waitMs = plan.deadlines.storage;
  const storages = declareStorages({ storages: plan.storages, site, roster, waitMs }, native);
  const reach = new StorageReach(
    "storages",
    { cluster: name, storages: plan.storages, connections, waitMs },
    { dependsOn: [...formed, datacenter, ...storages] },
  );
  const placed = { ...native, dependsOn: [...formed, ...hooks.between("storage", "ha", [reach])] };
  const placement = new HaPlacement("ha", { ...plan, guests: [], ...member }, placed);
  hooks.at("after", "ha", [placement]);
  const fencing = new Fencing("fencing", { fencing: plan.fencing }, { dependsOn: [cluster] });
  await publishFacts(spec, plan, measuredFacts(cluster, plan, rings), { dependsOn: [cluster] });

  return {
    cluster: name,
    endpoint: cluster.endpoint,
    addresses: addressesOf(plan),
    links: cluster.links,
    facts: cluster.facts,
    quorum: cluster.quorum,
    rings: ringMap(plan, rings, fabrics),
    cabling: { cables: cabling.cables, differences: cabling.differences },
    bonds: bonds.saw,
    options: datacenter.options,
    storages: reach.views,
    placements: placementsOf(plan, placement),
    fencing: fencing.matrix,
    rebootReasons: rebootReasons(plan, hosts),
  };
}

export = program;
