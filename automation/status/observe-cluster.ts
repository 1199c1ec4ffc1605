import type { ClusterPlan } from "../../config/plan/index.js";
import type { ClusterSpec } from "../../config/schema/cluster.js";
import { onlooker } from "../hosts/onlooker.js";
import { type NodeView, nodeScript, parseNodeView } from "./node-view.js";

/** A node that does not answer within this time counts as unreachable; the whole answer stays under three seconds. */
const PATIENCE_MS = 2_000;

/** Asks all nodes at once. A dead one costs its patience and nothing else. */
export async function observeCluster(
  spec: ClusterSpec,
  plan: ClusterPlan,
  stackConfig: (key: string) => string | undefined,
): Promise<readonly NodeView[]> {
  const looking = onlooker(spec, PATIENCE_MS, stackConfig);
  const names = plan.nodes.map(({ name }) => name);
  const loopbacks = plan.rings.flatMap((ring) =>
    ring.nodes.flatMap(({ loopback4 }) => loopback4 ?? []),
  );
  const owner = { resource: "status", changes: () => false };
  try {
    return await Promise.all(
      plan.connections.map(async (connection): Promise<NodeView> => {
        const { node, host: address } = connection;
        try {
          const script = nodeScript(names, loopbacks);
          const options = { timeoutMs: 2 * PATIENCE_MS, repeatable: true, verb: "read the status" };
          const result = await looking.session(connection).run(script, options, owner);
          return parseNodeView(node, address, result.stdout);
        } catch (error) {
          const why = error instanceof Error ? error.message : String(error);
          return { node, address, reachable: false, why };
        }
      }),
    );
  } finally {
    looking.leave();
  }
}
