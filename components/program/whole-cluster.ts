import type { ClusterPlan } from "../../config/plan/index.js";
import { declareBackup } from "../backup/declare.js";
import { declareCeph } from "../ceph/declare.js";
import { declareCluster } from "../cluster/declare.js";
import { declareFencing } from "../fencing/declare.js";
import { declareGuests } from "../guests/declare.js";
import { declareHa } from "../ha/declare.js";
import { declareHosts } from "../hosts/declare.js";
import { declareNetworks } from "../network/declare.js";
import { declareStorage } from "../storage/declare.js";
import { BuildUp } from "./build-up.js";
import { lookFirst } from "./first-look.js";

/** One cluster, in the order of its phases. Each finds what those before it have made, and waits for it. What comes back are its outputs. */
export async function declareWholeCluster(plan: ClusterPlan): Promise<Record<string, unknown>> {
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
