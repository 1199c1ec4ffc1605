import { connectionsOf, planCluster } from "../../config/plan/index.js";
import { DriftSeen } from "../history/drift.js";
import { keepRun } from "../history/runs.js";
import { anyoneAnswers } from "../hosts/anyone-answers.js";
import { EXIT } from "./exit-status.js";
import type { RunOutcome } from "./outcome.js";
import { type RunRequest, runStack, type Watcher } from "./run-stack.js";
import { readStackFile } from "./stack-file.js";
import { stackFolder } from "./stack-folder.js";

/** A run, and of a preview whether any host was there to be looked at: by the file and the records alone it proves little. */
export async function runWithHosts(
  { today, ...request }: RunRequest & { readonly today: string },
  watcher: Watcher,
): Promise<RunOutcome> {
  const someone = request.verb === "preview" ? anyoneOf(request, today) : Promise.resolve(true);
  const seen = new DriftSeen();
  const run = await runStack(request, {
    ...watcher,
    event: (event) => {
      seen.event(event);
      watcher.event(event);
    },
  });
  keepRun(stackFolder(request.file.stack, request.env), run, seen, (line) =>
    watcher.say([`  note       ${line}`]),
  );
  const alone = run.errors.length === 0 && !(await someone);
  return alone ? { ...run, status: EXIT.unreachable } : run;
}

async function anyoneOf({ file }: RunRequest, today: string): Promise<boolean> {
  const found = readStackFile(file.stack, today, file.folder);
  return found.kind === "wrong" || (await anyoneAnswers(connectionsOf(planCluster(found.spec))));
}
