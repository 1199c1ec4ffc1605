import { nodeOf, planCluster } from "../../config/plan/index.js";
import { foretell, type Loss } from "../../config/plan/whatif/index.js";
import { EXIT, type ExitStatus } from "../engine/exit-status.js";
import { readStackFile, stackOf } from "../engine/stack-file.js";
import { stackFolder } from "../engine/stack-folder.js";
import { tell } from "../engine/told.js";
import { onlooker } from "../hosts/onlooker.js";
import { ANSWER_MS, observeCluster } from "../status/observe-cluster.js";
import { visible } from "../visible.js";
import { unknownNames } from "./names.js";
import { renderWhatIf } from "./render.js";
import { NO_LOOK, type Start, startFrom } from "./sight.js";

export interface WhatIfRequest {
  readonly stack: string;
  readonly loss: Loss;
  readonly byFile: boolean;
  readonly json: boolean;
}

const CONNECT_MS = 1_500;

/** `whatif`: reads only, and needs no host. */
export async function runWhatIf({
  stack: word,
  loss,
  byFile,
  json,
}: WhatIfRequest): Promise<ExitStatus> {
  const stack = stackOf(word);
  const found = readStackFile(stack, new Date().toISOString().slice(0, 10));
  if (found.kind === "wrong") {
    return tell(EXIT.badInput, [found.text], json);
  }
  const { spec } = found;
  const plan = planCluster(spec, { folder: stackFolder(stack) });
  const unknown = unknownNames(plan, Object.keys(spec.networks), loss);
  if (unknown.length > 0) {
    return tell(EXIT.badInput, unknown, json);
  }
  const look = async (): Promise<Start> => {
    const hosts = onlooker(spec, CONNECT_MS, () => undefined, ANSWER_MS);
    try {
      const views = await observeCluster(plan, (node) =>
        hosts.shell(nodeOf(plan, node).connection, "whatif"),
      );
      return startFrom(plan, views);
    } finally {
      hosts.leave();
    }
  };
  const { now, said } = byFile ? NO_LOOK : await look();
  const consequences = foretell(spec, loss, now, plan);
  process.stdout.write(
    json
      ? `${JSON.stringify({ cluster: plan.name, loss, from: said, consequences })}\n`
      : visible(renderWhatIf(plan.name, loss, said, consequences)),
  );
  return consequences.some(({ outcome }) => outcome === "stops") ? EXIT.failed : EXIT.done;
}
