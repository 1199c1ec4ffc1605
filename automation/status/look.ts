import { nodeOf, planCluster } from "../../config/plan/index.js";
import type { ClusterSpec } from "../../config/schema/cluster.js";
import { stackFolder } from "../engine/stack-folder.js";
import { type OnBehalf, onlooker } from "../hosts/onlooker.js";
import { type ClusterView, clusterView } from "./cluster-view.js";
import type { NodeView } from "./node-view.js";
import { ANSWER_MS, observeCluster } from "./observe-cluster.js";

/**
 * A node that does not take the connection within this time is dead to us: its kernel would, however busy it is, also when
 * the first packet was lost. The whole answer stays under three seconds then.
 */
const CONNECT_MS = 1_500;

/** The cluster as it was seen. */
export interface Look {
  readonly view: ClusterView;
  /** False when no node answered; then the view is the stack file's alone. */
  readonly anyone: boolean;
  /** What each node said. */
  readonly views: readonly NodeView[];
}

/** Asks every node once. */
export async function lookAt(stack: string, spec: ClusterSpec, onBehalf?: OnBehalf): Promise<Look> {
  const plan = planCluster(spec, { folder: stackFolder(stack, onBehalf?.env) });
  const hosts = onlooker(spec, CONNECT_MS, () => undefined, ANSWER_MS, onBehalf);
  try {
    const shellOf = (node: string) => hosts.shell(nodeOf(plan, node).connection, "status");
    const views = await observeCluster(plan, shellOf);
    return {
      view: clusterView(plan, views),
      anyone: views.some(({ reachable }) => reachable),
      views,
    };
  } finally {
    hosts.leave();
  }
}
