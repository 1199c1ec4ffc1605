import { existsSync, readFileSync } from "node:fs";
import { hostname } from "node:os";
import { type ClusterPlan, planCluster } from "../../config/plan/index.js";
import { foretell, type Loss, type Now } from "../../config/plan/whatif/index.js";
import type { ClusterSpec } from "../../config/schema/cluster.js";
import { judge } from "../doctor/judge.js";
import { observe } from "../doctor/observe.js";
import { stackFolder } from "../engine/stack-folder.js";
import { pastAcceptances } from "../history/acceptance.js";
import { pastDrills } from "../history/drills.js";
import { type PastRun, pastRuns } from "../history/runs.js";
import type { OnBehalf } from "../hosts/onlooker.js";
import { lookAt } from "../status/look.js";
import { startFrom } from "../whatif/sight.js";
import type { Forecast, Material } from "./material.js";
import { stepsIn } from "./timing.js";

const MOST_RUNS = 50;
const MOST_DRILLS = 20;
/** What takes something away is tried once in three months, and the rest may be each night. */
const MOST_ACCEPTANCES = 120;

/** Takes the looks of `status` and `doctor`, once each, and what is kept of the past; nothing is written anywhere. */
export async function gather(
  stack: string,
  spec: ClusterSpec,
  file: Material["file"],
  onBehalf?: OnBehalf,
): Promise<Material> {
  const folder = stackFolder(stack, onBehalf?.env);
  const plan = planCluster(spec, { folder });
  const { view, views } = await lookAt(stack, spec, onBehalf);
  const atMs = Date.now();
  const formed = view.nodes.some(({ state }) =>
    ["member", "no quorum", "cannot tell"].includes(state),
  );
  const observation = await observe(spec, plan, formed, () => undefined, onBehalf);
  const madeAtMs = Date.now();
  const { now, said } = startFrom(plan, views);
  const runs = pastRuns(folder, MOST_RUNS);
  return {
    stack,
    madeAtMs,
    madeOn: hostname(),
    spec,
    plan,
    file,
    look: { atMs, view, views },
    examination: {
      atMs: madeAtMs,
      formed,
      observation,
      report: judge(
        {
          stack,
          plan,
          channel: spec.proxmox.channel,
          formed,
          acknowledged: spec.acknowledged,
          nowMs: madeAtMs,
        },
        observation,
      ),
    },
    forecast: { from: said, losses: lossesOf(spec, plan, now) },
    runs,
    timed: newestTimed(runs.entries),
    drills: pastDrills(folder, MOST_DRILLS),
    acceptances: pastAcceptances(folder, MOST_ACCEPTANCES),
  };
}

/** Each node, each network and each storage alone. */
export function lossesOf(spec: ClusterSpec, plan: ClusterPlan, now: Now): Forecast["losses"] {
  const nothing: Loss = { nodes: [], networks: [], storages: [], osds: [] };
  const onCeph = ["rbd", "cephfs"];
  const losses: { readonly what: string; readonly loss: Loss }[] = [
    ...plan.nodes.map(({ name }) => ({
      what: `${name} is lost`,
      loss: { ...nothing, nodes: [name] },
    })),
    ...Object.keys(spec.networks).map((name) => ({
      what: `the network ${name} is cut`,
      loss: { ...nothing, networks: [name] },
    })),
    ...plan.storages
      .filter(({ type, shared }) => shared && !onCeph.includes(type))
      .map(({ id }) => ({ what: `${id} does not answer`, loss: { ...nothing, storages: [id] } })),
  ];
  return losses.map(({ what, loss }) => ({
    what,
    consequences: foretell(spec, loss, now, plan),
  }));
}

/** The newest run that changed something on hosts; where none did, the newest one with any step. */
function newestTimed(entries: readonly PastRun[]): Material["timed"] {
  const timed = entries.flatMap((run) => {
    const steps = existsSync(run.runLog) ? stepsIn(readFileSync(run.runLog, "utf8")) : [];
    return steps.length === 0 ? [] : [{ run, steps }];
  });
  return timed.find(({ steps }) => steps.some(({ changed }) => changed)) ?? timed[0];
}
