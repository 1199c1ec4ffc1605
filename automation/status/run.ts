import { planCluster } from "../../config/plan/index.js";
import type { ClusterSpec } from "../../config/schema/cluster.js";
import { EXIT, type ExitStatus } from "../engine/exit-status.js";
import { readStackFile, stackOf } from "../engine/stack-file.js";
import { stackFolder } from "../engine/stack-folder.js";
import { tell } from "../engine/told.js";
import { visible } from "../visible.js";
import { type ClusterView, clusterView } from "./cluster-view.js";
import { observeCluster } from "./observe-cluster.js";
import { renderClusterView } from "./render.js";

/** `status`: reads only, works with dead nodes and without quorum. */
export async function runStatus(word: string, json: boolean): Promise<ExitStatus> {
  const stack = stackOf(word);
  const today = new Date().toISOString().slice(0, 10);
  const found = readStackFile(stack, today);
  if (found.kind === "wrong") {
    return tell(EXIT.badInput, [found.text], json);
  }
  const { view, anyone } = await lookAt(stack, found.spec);
  process.stdout.write(json ? `${JSON.stringify(view)}\n` : visible(renderClusterView(view)));
  if (!anyone) {
    return EXIT.unreachable;
  }
  return view.healthy ? EXIT.done : EXIT.failed;
}

/** The screen at the end of a run, as `status` shows it. */
export async function clusterScreen(stack: string, spec: ClusterSpec): Promise<string> {
  const { view } = await lookAt(stack, spec);
  return renderClusterView(view);
}

async function lookAt(
  stack: string,
  spec: ClusterSpec,
): Promise<{ readonly view: ClusterView; readonly anyone: boolean }> {
  const plan = planCluster(spec, { folder: stackFolder(stack) });
  const views = await observeCluster(spec, plan, () => undefined);
  return { view: clusterView(plan, views), anyone: views.some(({ reachable }) => reachable) };
}
