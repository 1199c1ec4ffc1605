import { readFileSync } from "node:fs";
import path from "node:path";
import { loadStack } from "../../config/load/index.js";
import { planCluster } from "../../config/plan/index.js";
import { stackFilesFolder } from "../engine/backend.js";
import { EXIT, type ExitStatus } from "../engine/exit-status.js";
import { stackFolder } from "../engine/stack-folder.js";
import { clusterView } from "./cluster-view.js";
import { observeCluster } from "./observe-cluster.js";
import { renderClusterView } from "./render.js";

/** `status`: reads only, works with dead nodes and without quorum. */
export async function runStatus(stack: string, json: boolean): Promise<ExitStatus> {
  const file = path.join(stackFilesFolder(), `Pulumi.${stack}.yaml`);
  const today = new Date().toISOString().slice(0, 10);
  const { spec, findings } = loadStack({ file, text: readFileSync(file, "utf8"), today });
  if (spec === undefined) {
    for (const finding of findings) {
      process.stderr.write(`${file}:${finding.line ?? 1}: ${finding.what}. ${finding.fix}\n`);
    }
    return EXIT.badInput;
  }
  const plan = planCluster(spec, { today, folder: stackFolder(stack) });
  const views = await observeCluster(spec, plan, () => undefined);
  const view = clusterView(plan, views);
  process.stdout.write(json ? `${JSON.stringify(view)}\n` : renderClusterView(view));
  if (views.every(({ reachable }) => !reachable)) {
    return EXIT.unreachable;
  }
  return view.healthy ? EXIT.done : EXIT.failed;
}
