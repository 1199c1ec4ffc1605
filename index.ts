import { CorosyncCluster } from "./components/cluster/corosync-cluster.js";
import { declareFabrics } from "./components/cluster/ring-fabric.js";
import { DatacenterOptions } from "./components/datacenter/datacenter-options.js";
import { HaPlacement } from "./components/ha/ha-placement.js";
import { declareRoster } from "./components/native/roster.js";
import { HookPoints } from "./components/program/hooks.js";
import { declareHosts, declareNetworks, declareNodes } from "./components/program/phases.js";
import { measuredFacts, publishFacts } from "./components/program/published-facts.js";
import { readStack } from "./components/program/read-stack.js";
import { stackSecrets } from "./components/program/secret-source.js";
import { learnSecretVersions, partsWithSecrets } from "./components/program/secret-versions.js";
import { outputsOf } from "./components/program/stack-outputs.js";
import { declareStorages } from "./components/storage/storages.js";

/** One cluster, in the order of its phases: hosts, networks, cluster, storage, placement. */
async function program() {
  const { spec, plan } = readStack(new Date().toISOString().slice(0, 10));
  await learnSecretVersions(stackSecrets(spec.secrets.ssm), partsWithSecrets(plan));

  const hooks = await HookPoints.of(spec, plan);
  const nodes = declareNodes(plan);
  const roster = declareRoster(plan, { dependsOn: [nodes] });
  const takenOver = await roster.known();
  const hosts = declareHosts(plan, [nodes, roster], hooks);
  const networks = declareNetworks(plan, hosts, hooks);
  const { proofs } = networks;
  const cluster = new CorosyncCluster(plan.name, plan, {
    dependsOn: [...proofs, ...hooks.between("network", "cluster", proofs)],
    protect: true,
  });
  const { founder } = cluster;
  const fabrics = declareFabrics(plan, founder, { dependsOn: [cluster] });
  const formed = [cluster, ...fabrics, ...hooks.between("cluster", "storage", [cluster])];
  const native = { providers: [cluster.provider], dependsOn: formed };
  const site = { ...plan, cluster: plan.name, founder, takenOver };
  const datacenter = new DatacenterOptions("datacenter", { ...plan, site }, native);
  const reach = declareStorages(plan, site, { roster, settings: datacenter }, native);
  const placed = { ...native, dependsOn: [...formed, ...hooks.between("storage", "ha", [reach])] };
  const placement = new HaPlacement("ha", { ...plan, guests: [], site }, placed);
  hooks.at("after", "ha", [placement]);
  const after = { dependsOn: [cluster] };
  await publishFacts(spec, plan, measuredFacts(cluster, plan, networks.rings), after);

  const declared = { hosts, networks, cluster, fabrics, datacenter, reach, placement };
  return outputsOf(plan, declared);
}

export = program;
