import { type ClusterPlan, measurableNetworks, planCluster } from "../../config/plan/index.js";
import { EXIT, type ExitStatus } from "../engine/exit-status.js";
import { readStackFile, stackOf } from "../engine/stack-file.js";
import { stackFolder } from "../engine/stack-folder.js";
import { tell } from "../engine/told.js";
import { visible } from "../visible.js";
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
  const { json, cluster } = request;
  const stack = stackOf(request.stack);
  const today = new Date().toISOString().slice(0, 10);
  const found = readStackFile(stack, today);
  if (found.kind === "wrong") {
    return tell(EXIT.badInput, [found.text], json);
  }
  const { spec } = found;
  const plan = planCluster(spec, { folder: stackFolder(stack) });
  const observation = await observe(spec, plan, cluster, () => undefined);
  const report = judge(
    {
      stack,
      plan,
      channel: spec.proxmox.channel,
      formed: cluster,
      acknowledged: spec.acknowledged,
      nowMs: Date.now(),
    },
    observation,
  );
  const networks = networksOf(plan, request.throughput);
  const measurable = measurableNetworks(plan);
  const unknown = networks.filter((network) => !measurable.includes(network));
  if (unknown.length > 0) {
    const known = measurable.join(", ");
    const text = `There is no network ${unknown[0]} with hosts in it; there are ${known}.`;
    return tell(EXIT.badInput, [text], json);
  }
  const throughput =
    networks.length === 0 ? undefined : await measureThroughput(spec, plan, networks);
  const names = plan.nodes.map(({ name }) => name);
  process.stdout.write(
    json
      ? `${JSON.stringify({ ...report, ...(throughput === undefined ? {} : { throughput }) })}\n`
      : visible(
          renderDoctorReport(report, names) +
            (throughput === undefined ? "" : renderThroughput(throughput)),
        ),
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
