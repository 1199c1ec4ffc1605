import { existsSync, readFileSync } from "node:fs";
import path from "node:path";
import { loadStack } from "../../config/load/index.js";
import { type ClusterPlan, planCluster } from "../../config/plan/index.js";
import { stackFilesFolder } from "../engine/backend.js";
import { EXIT, type ExitStatus } from "../engine/exit-status.js";
import { stackFolder } from "../engine/stack-folder.js";
import { type DoctorReport, judge } from "./judge.js";
import { observe } from "./observe.js";
import { renderDoctorReport } from "./render.js";
import { measureThroughput, networksToMeasure, renderThroughput } from "./throughput.js";

export interface DoctorRequest {
  readonly stack: string;
  readonly json: boolean;
  readonly cluster: boolean;
  /** A network whose paths are loaded for some seconds each, or whichever carries the most. */
  readonly throughput?: string | true;
}

/** `doctor`: reads every host once and says what is in the way. Writes nothing anywhere. */
export async function runDoctor(request: DoctorRequest): Promise<ExitStatus> {
  const { stack, json, cluster } = request;
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
  const networks = networksOf(plan, request.throughput);
  const unknown = networks.filter((network) => plan.paths[network] === undefined);
  if (unknown.length > 0) {
    const known = Object.keys(plan.paths).join(", ");
    process.stderr.write(
      `There is no network ${unknown[0]} with hosts in it; there are ${known}.\n`,
    );
    return EXIT.badInput;
  }
  const throughput =
    networks.length === 0 ? undefined : await measureThroughput(spec, plan, networks);
  const names = plan.nodes.map(({ name }) => name);
  process.stdout.write(
    json
      ? `${JSON.stringify({ ...report, ...(throughput === undefined ? {} : { throughput }) })}\n`
      : renderDoctorReport(report, names) +
          (throughput === undefined ? "" : renderThroughput(throughput)),
  );
  return statusOf(report);
}

function networksOf(plan: ClusterPlan, wish: DoctorRequest["throughput"]): string[] {
  return wish === undefined ? [] : wish === true ? networksToMeasure(plan) : [wish];
}

/** An unreachable host weighs more than errors: the report is not complete. */
export function statusOf({ unreachable, errors }: DoctorReport): ExitStatus {
  if (unreachable.length > 0) {
    return EXIT.unreachable;
  }
  return errors > 0 ? EXIT.failed : EXIT.done;
}
