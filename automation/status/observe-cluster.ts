import type { ClusterPlan } from "../../config/plan/index.js";
import { look } from "../../dynamic-providers/transport/ssh/look.js";
import type { ShellOf } from "../hosts/onlooker.js";
import type { BackupStorage } from "./backups-view.js";
import { type NodeView, nodeScript, parseNodeView } from "./node-view.js";

/** A node that took the connection is alive, and may be slow: a login and Proxmox's tools take seconds where a host does much else. */
export const ANSWER_MS = 8_000;

interface Asked {
  readonly node: string;
  readonly address: string;
}

/** Asks all nodes at once, through whoever has opened the way to them. A dead one costs that one's patience and nothing else. */
export async function observeCluster(
  plan: ClusterPlan,
  shellOf: ShellOf,
): Promise<readonly NodeView[]> {
  const names = plan.nodes.map(({ name }) => name);
  const loopbacks = plan.rings.flatMap((ring) =>
    ring.nodes.flatMap(({ loopback4 }) => loopback4 ?? []),
  );
  const storages = backupStorages(plan);
  const scriptFor = (node: string): string =>
    nodeScript(names, loopbacks, {
      fences: plan.fencing.fencers.length > 0,
      ceph: plan.ceph?.withheld.length === 0,
      ...(storages.length === 0 ? {} : { backups: { node, storages } }),
    });
  return await Promise.all(
    plan.nodes.map(({ connection }) =>
      inTime(
        { node: connection.node, address: connection.host },
        () =>
          look(shellOf(connection.node), {
            script: scriptFor(connection.node),
            verb: "read the status",
            timeoutMs: ANSWER_MS,
            // A connection that ends because nobody waits any more must not be opened again.
            repeatable: false,
          }),
        ANSWER_MS,
      ),
    ),
  );
}

function backupStorages({ backupJobs, storages }: ClusterPlan): BackupStorage[] {
  const used = backupJobs.flatMap(({ isEnabled, storage }) => (isEnabled ? [storage] : []));
  // What the file does not define is Proxmox's own, of each node.
  return [...new Set(used)].map((id) => ({
    id,
    shared: storages.find((one) => one.id === id)?.shared ?? false,
  }));
}

/** One node's view, or why there is none: it failed, or it was late. */
export async function inTime(
  { node, address }: Asked,
  ask: () => Promise<string>,
  answerMs: number,
): Promise<NodeView> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<NodeView>((resolve) => {
    timer = setTimeout(() => {
      const why = `took the connection and did not answer within ${answerMs / 1000} s`;
      resolve({ node, address, reachable: false, late: true, why });
    }, answerMs);
  });
  const asked = ask().then(
    (output) => parseNodeView(node, address, output),
    (error: unknown): NodeView => {
      const why = error instanceof Error ? error.message : String(error);
      return { node, address, reachable: false, late: false, why };
    },
  );
  try {
    return await Promise.race([asked, late]);
  } finally {
    clearTimeout(timer);
  }
}
