import { badInput } from "../../config/failure/failure.js";
import { planCluster } from "../../config/plan/index.js";
import { confirm } from "../confirm.js";
import { restoredSight } from "../drill/carry-out.js";
import { byCtrlC } from "../engine/by-ctrl-c.js";
import { EXIT, type ExitStatus } from "../engine/exit-status.js";
import { readStackFile, stackOf } from "../engine/stack-file.js";
import { stackFolder } from "../engine/stack-folder.js";
import { onStage } from "../fence/on-stage.js";
import { nodeNamed } from "../fence/stage.js";
import { keepAcceptance } from "../history/acceptance.js";
import { gather } from "../report/gather.js";
import { visible } from "../visible.js";
import { choose, type Wish } from "./choose.js";
import { renderAcceptance, renderSuite } from "./report.js";
import { carryOutSuite } from "./suite.js";
import type { OfFile } from "./test.js";

export interface AcceptRequest extends Wish {
  readonly stack: string;
  /** Tells what would be done, from the file alone. */
  readonly list: boolean;
  readonly node?: string;
  readonly yes: boolean;
  readonly json: boolean;
}

/** `accept`: everything that the cluster is relied on for, measured against what it has to be. */
export async function runAccept(request: AcceptRequest): Promise<ExitStatus> {
  const stack = stackOf(request.stack);
  const file = fileOf(stack);
  const chosen = choose(file, request);
  if (request.list) {
    const told = chosen.map(({ test: { perform: _p, without: _w, ...test }, otherwise }) => ({
      ...test,
      ...(otherwise === undefined ? {} : { otherwise }),
    }));
    process.stdout.write(
      request.json
        ? `${JSON.stringify({ status: EXIT.done, tests: told })}\n`
        : visible(renderSuite(chosen)),
    );
    return EXIT.done;
  }
  const { node, yes, json } = request;
  return await onStage(request.stack, json, "accept", async (stage) => {
    const named = node === undefined ? {} : { node: nodeNamed(stage, node) };
    // What a killed run has left would be found as the cluster's fault.
    await restoredSight(stage);
    const material = await gather(stack, file.spec, { findings: [], acknowledged: 0 });
    const report = await carryOutSuite(chosen, {
      material,
      stage,
      orderer: {
        confirm: (of, otherwise) => confirm(of, { yes, otherwise }),
        stops: byCtrlC,
      },
      ...named,
    });
    process.stdout.write(
      json
        ? `${JSON.stringify(report)}\n`
        : visible(`\n${renderAcceptance(report, stage.plan.name)}`),
    );
    keepAcceptance(stackFolder(stack), stack, report, stage.say);
    return report.status;
  });
}

function fileOf(stack: string): OfFile {
  const found = readStackFile(stack, new Date().toISOString().slice(0, 10));
  if (found.kind === "wrong") {
    throw badInput(found.text);
  }
  return { spec: found.spec, plan: planCluster(found.spec, { folder: stackFolder(stack) }) };
}
