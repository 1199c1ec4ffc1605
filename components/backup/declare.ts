import type { ClusterPlan } from "../../config/plan/index.js";
import { storageFacts } from "../../config/plan/storage-kinds.js";
import type { DeclaredCluster } from "../cluster/declare.js";
import { type Before, barriersOf } from "../program/build-up.js";
import { Backups } from "./backups.js";

/** What is saved of the guests, and when. */
export function declareBackup(plan: ClusterPlan, before: Before & DeclaredCluster) {
  const { name: cluster, adopt, backupJobs: jobs, nodes, storages } = plan;
  if (jobs.length === 0) {
    return { done: before.done, outputs: { backups: { proofs: {}, unsaved: [] } } };
  }
  const backups = new Backups(
    "backup",
    {
      cluster,
      adopt,
      jobs,
      connection: before.site.founder,
      members: Object.fromEntries(nodes.map(({ name, connection }) => [name, connection])),
      places: Object.fromEntries(storages.map((one) => [one.id, storageFacts(one).place])),
    },
    { dependsOn: barriersOf(before) },
  );
  const { proofs, unsaved } = backups;
  return { done: [...before.done, backups], outputs: { backups: { proofs, unsaved } } };
}
