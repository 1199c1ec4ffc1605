import type { ClusterPlan } from "../../config/plan/index.js";
import type { ClusterSpec } from "../../config/schema/cluster.js";
import { Cancellation } from "../../dynamic-providers/transport/base/cancellation.js";
import { systemClock } from "../../dynamic-providers/transport/base/clock.js";
import { runLogFromEnvironment } from "../../dynamic-providers/transport/base/run-log.js";
import { SecretResolver } from "../../dynamic-providers/transport/secrets/resolver.js";
import { ParameterStore } from "../../dynamic-providers/transport/secrets/ssm.js";
import { SshPool } from "../../dynamic-providers/transport/ssh/pool.js";
import { type NodeView, nodeScript, parseNodeView } from "./node-view.js";

/** A node that does not answer within this time counts as unreachable; the whole answer stays under three seconds. */
const PATIENCE_MS = 2_000;

/** Asks all nodes at once. A dead one costs its patience and nothing else. */
export async function observeCluster(
  spec: ClusterSpec,
  plan: ClusterPlan,
  stackConfig: (key: string) => string | undefined,
): Promise<readonly NodeView[]> {
  const clock = systemClock;
  const resolver = new SecretResolver({
    store: new ParameterStore(spec.secrets.ssm ?? {}, clock),
    stackConfig,
    env: process.env,
  });
  const pool = new SshPool({
    dial: {
      resolve: (reference) => resolver.resolve(reference),
      timeoutMs: PATIENCE_MS,
      keepAliveMs: PATIENCE_MS,
    },
    connect: {
      deadlineMs: PATIENCE_MS,
      attempts: 1,
      firstDelayMs: 100,
      factor: 1,
      longestDelayMs: 100,
    },
    clock,
    log: runLogFromEnvironment(),
    cancellation: new Cancellation(),
  });
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
          const result = await pool.session(connection).run(script, options, owner);
          return parseNodeView(node, address, result.stdout);
        } catch (error) {
          const why = error instanceof Error ? error.message : String(error);
          return { node, address, reachable: false, why };
        }
      }),
    );
  } finally {
    pool.close();
  }
}
