import path from "node:path";
import { stackFilesFolder } from "../engine/backend.js";
import { EXIT, type ExitStatus } from "../engine/exit-status.js";
import { recordedCephNames } from "../engine/folder-records.js";
import { readStackFile, stackOf } from "../engine/stack-file.js";
import { stackFolder } from "../engine/stack-folder.js";
import { tell } from "../engine/told.js";
import { checkFiles } from "../validate/run.js";
import { visible } from "../visible.js";
import { gather } from "./gather.js";
import type { Material } from "./material.js";
import { reportPage } from "./page.js";
import { answersToExamination, answersToLook } from "./sight.js";
import { ownFile, refuseForeign, writeReport } from "./write-file.js";

export interface ReportRequest {
  readonly stack: string;
  readonly out?: string;
  readonly json: boolean;
}

/** `report`: looks once, changes nothing on hosts, and writes one page. */
export async function runReport({ stack: word, out, json }: ReportRequest): Promise<ExitStatus> {
  const stack = stackOf(word);
  const today = new Date().toISOString().slice(0, 10);
  const found = readStackFile(stack, today);
  if (found.kind === "wrong") {
    return tell(EXIT.badInput, [found.text], json);
  }
  const named = out === undefined ? undefined : path.resolve(out);
  if (named !== undefined) {
    refuseForeign(named);
  }
  const material = await gather(stack, found.spec, fileReport(stack, today));
  const file = named ?? ownFile(stackFolder(stack), material.madeAtMs);
  writeReport(file, reportPage(material));
  const unseen = unseenNodes(material);
  const status = answersToLook(material).told.length === 0 ? EXIT.unreachable : EXIT.done;
  process.stdout.write(
    json
      ? `${JSON.stringify({ status, file, healthy: material.look.view.healthy, notSeen: unseen })}\n`
      : visible(
          `${file}\n${unseen.length === 0 ? "All nodes were seen." : `Not seen: ${unseen.join(", ")}. The report says so wherever it matters.`}\n`,
        ),
  );
  return status;
}

function fileReport(stack: string, today: string): Material["file"] {
  const folder = stackFilesFolder();
  const recorded = (one: string) => recordedCephNames(process.env, one);
  const request = { targets: [stack], directory: folder, project: folder, today, recorded };
  const { findings = [], acknowledged = 0 } = checkFiles(request).reports[0] ?? {};
  return { findings, acknowledged };
}

/** Nodes that did not answer in one of the looks. */
function unseenNodes(material: Material): string[] {
  const silent = [...answersToLook(material).silent, ...answersToExamination(material).silent];
  return material.plan.nodes
    .map(({ name }) => name)
    .filter((name) => silent.some(({ node }) => node === name));
}
