import { existsSync, readFileSync } from "node:fs";
import path from "node:path";
import { loadStack } from "../../config/load/index.js";
import { planCluster } from "../../config/plan/index.js";
import { stackFilesFolder } from "../engine/backend.js";
import { EXIT, type ExitStatus } from "../engine/exit-status.js";
import { stackFolder } from "../engine/stack-folder.js";
import { type DoctorReport, judge } from "./judge.js";
import { observe } from "./observe.js";
import { renderDoctorReport } from "./render.js";

export interface DoctorRequest {
  readonly stack: string;
  readonly json: boolean;
  readonly cluster: boolean;
}

/** `doctor`: reads every host once and says what is in the way. Writes nothing anywhere. */
export async function runDoctor({ stack, json, cluster }: DoctorRequest): Promise<ExitStatus> {
  const file = path.join(stackFilesFolder(), `Pulumi.${stack}.yaml`);
  if (!existsSync(file)) {
    process.stderr.write(
      `${file}: there is no such stack file. Stacks are files called Pulumi.<stack>.yaml.\n`,
    );
    return EXIT.badInput;
  }
  const today = new Date().toISOString().slice(0, 10);
  const { spec, findings } = loadStack({ file, text: readFileSync(file, "utf8"), today });
  if (spec === undefined) {
    for (const finding of findings) {
      process.stderr.write(`${file}:${finding.line ?? 1}: ${finding.what}. ${finding.fix}\n`);
    }
    return EXIT.badInput;
  }
  const plan = planCluster(spec, { today, folder: stackFolder(stack) });
  const observation = await observe(spec, plan, cluster, () => undefined);
  const report = judge(
    { stack, plan, channel: spec.proxmox.channel, formed: cluster, nowMs: Date.now() },
    observation,
  );
  process.stdout.write(
    json
      ? `${JSON.stringify(report)}\n`
      : renderDoctorReport(
          report,
          plan.nodes.map(({ name }) => name),
        ),
  );
  return statusOf(report);
}

/** An unreachable host weighs more than errors: the report is not complete. */
export function statusOf({ unreachable, errors }: DoctorReport): ExitStatus {
  if (unreachable.length > 0) {
    return EXIT.unreachable;
  }
  return errors > 0 ? EXIT.failed : EXIT.done;
}
