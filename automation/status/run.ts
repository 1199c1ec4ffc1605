import { planCluster } from "../../config/plan/index.js";
import { EXIT, type ExitStatus } from "../engine/exit-status.js";
import { readStackFile } from "../engine/stack-file.js";
import { stackFolder } from "../engine/stack-folder.js";
import { clusterView } from "./cluster-view.js";
import { observeCluster } from "./observe-cluster.js";
import { renderClusterView } from "./render.js";

/** `status`: reads only, works with dead nodes and without quorum. */
export async function runStatus(stack: string, json: boolean): Promise<ExitStatus> {
  const today = new Date().toISOString().slice(0, 10);
  const found = readStackFile(stack, today);
  if (found.kind === "wrong") {
    process.stderr.write(found.text);
    return EXIT.badInput;
  }
  const { spec } = found;
  const plan = planCluster(spec, { today, folder: stackFolder(stack) });
  const views = await observeCluster(spec, plan, () => undefined);
  const view = clusterView(plan, views);
  process.stdout.write(json ? `${JSON.stringify(view)}\n` : renderClusterView(view));
  if (views.every(({ reachable }) => !reachable)) {
    return EXIT.unreachable;
  }
  return view.healthy ? EXIT.done : EXIT.failed;
}
