import { declareBackup } from "./components/backup/declare.js";
import { declareCeph } from "./components/ceph/declare.js";
import { declareCluster } from "./components/cluster/declare.js";
import { declareFencing } from "./components/fencing/declare.js";
import { declareGuests } from "./components/guests/declare.js";
import { declareHa } from "./components/ha/declare.js";
import { declareHosts } from "./components/hosts/declare.js";
import { declareNetworks } from "./components/network/declare.js";
import { BuildUp } from "./components/program/build-up.js";
import { lookFirst } from "./components/program/first-look.js";
import { keepNoTraces } from "./components/program/no-traces.js";
import { readPlan } from "./components/program/read-plan.js";
import { declareStorage } from "./components/storage/declare.js";

/** One cluster, in the order of its phases. Each finds what those before it have made, and waits for it. */
async function program() {
  keepNoTraces();
  const plan = await readPlan(new Date().toISOString().slice(0, 10));
  const build = await BuildUp.of(plan);

  const looked = await lookFirst(plan);
  const hosts = await build.phase("hosts", declareHosts, looked);
  const networks = await build.phase("network", declareNetworks, hosts);
  const cluster = await build.phase("cluster", declareCluster, networks);
  const ceph = await build.phase("ceph", declareCeph, cluster);
  const storage = await build.phase("storage", declareStorage, ceph);
  const guests = await build.phase("guests", declareGuests, storage);
  const ha = await build.phase("ha", declareHa, guests);
  const fencing = await build.phase("fencing", declareFencing, ha);
  const backup = await build.phase("backup", declareBackup, fencing);
  return build.end(backup);
}

export = program;
