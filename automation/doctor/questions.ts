import { type ClusterPlan, nodeOf } from "../../config/plan/index.js";
import type { PathPlan } from "../../config/plan/paths.js";
import { type StoragePlan, usedBy } from "../../config/plan/storage.js";
import { storageFacts } from "../../config/plan/storage-kinds.js";
import type { NodeQuestions } from "./node-script.js";

/** Storages that live on a server, and that a node uses. */
export function remoteStorages(
  plan: ClusterPlan,
  node: string,
): { readonly storage: StoragePlan; readonly address: string; readonly port: number }[] {
  return plan.storages.flatMap((storage) => {
    const { server } = storageFacts(storage);
    return server !== undefined && usedBy(storage, node) ? [{ storage, ...server }] : [];
  });
}

export function pathsOf(plan: ClusterPlan, node: string): PathPlan[] {
  return Object.values(nodeOf(plan, node).paths).flat();
}

/** What one node is asked. */
export function questionsFor(plan: ClusterPlan, node: string, cluster: boolean): NodeQuestions {
  const servers = new Map(
    remoteStorages(plan, node).map(({ address, port }) => [
      `${address} ${port}`,
      { address, port },
    ]),
  );
  const watchdog = plan.fencing.watchdogs[node];
  return {
    members: plan.nodes.map(({ name }) => name),
    servers: [...servers.values()],
    ...(watchdog === undefined || watchdog === "none" ? {} : { watchdogModule: watchdog }),
    ...(cluster ? { paths: pathsOf(plan, node) } : {}),
  };
}
