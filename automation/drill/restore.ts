import { Failure } from "../../config/failure/failure.js";
import { reasons } from "../../dynamic-providers/health/condition.js";
import { healthyMember } from "../../dynamic-providers/health/member.js";
import { endMaintenance } from "../../dynamic-providers/membership/maintenance.js";
import { observeUnsettled } from "../../dynamic-providers/membership/observe.js";
import { expectSuccess } from "../../dynamic-providers/shell/shell.js";
import { until } from "../../dynamic-providers/shell/until.js";
import type { Shell } from "../../dynamic-providers/transport/ssh/run-options.js";
import { orSilent } from "../fence/or-silent.js";
import type { FenceSight, KeptDrill } from "../fence/sight.js";
import type { Crew, DrillPlan } from "./crew.js";
import { endIsolationScript } from "./faults.js";
import { losesNode } from "./kinds.js";
import { RESTORED_AFTER_MIN, restoreScript } from "./record.js";

export interface Restored {
  readonly restored: readonly string[];
  readonly mishaps: readonly string[];
}

/** Twelve tries of the script with ten seconds between them, and each asks devices. */
const SCRIPT_MS = 420_000;
/** A fencer switches a node on again that it has switched off, and the node boots. */
const BY_ITSELF_MS = 300_000;
const BACK_MS = 600_000;
const EVERY_MS = 3_000;

/** Brings everything back that the drill has changed, whatever has become of it; what fails does not keep the rest. */
export async function restore(
  plan: Omit<DrillPlan, "lostTheMaster" | "guests" | "witnesses" | "ports" | "askers" | "id">,
  crew: Omit<Crew, "signal">,
  { waitsFirst, offFirst }: { readonly waitsFirst: boolean; readonly offFirst: boolean },
): Promise<Restored> {
  const { node, drill, keeper } = plan;
  const restored: string[] = [];
  const mishaps: string[] = [];
  const attempt = async (what: string, work: () => Promise<void>): Promise<void> => {
    try {
      await work();
      restored.push(what);
    } catch (thrown) {
      if (!(thrown instanceof Failure)) {
        throw thrown;
      }
      mishaps.push(`${what}: NOT DONE. ${thrown.message}`);
    }
  };
  if (drill === "isolate") {
    await endIsolation(crew.changes(node), restored);
  }
  if (waitsFirst && losesNode(drill) && drill !== "cut") {
    crew.step(`Waiting until ${node} is switched on again or starts by itself.`);
    await isBack(node, crew, BY_ITSELF_MS);
  }
  crew.step(`Restoring, through ${keeper}.`);
  await attempt(
    `${plan.hasDevice ? `${node} is switched on` : `${node} was left to start by itself`}${plan.maintenance ? " and out of HA maintenance" : ""}; record and timer on ${keeper} are gone`,
    () => runRestore(crew.changes(keeper), plan, offFirst),
  );
  crew.step(`Waiting until ${node} is a sound member.`);
  await attempt(`${node} is a sound member of the cluster`, () => awaitBack(node, crew));
  if (plan.maintenance && mishaps.length === 0) {
    await attempt(`HA counts on ${node} again`, () =>
      endMaintenance(crew.changes(node), {
        deadlineMs: plan.evacuationMs,
        clock: crew.clock,
        again: "look at `proxmox-ha fence <stack> status`",
      }),
    );
  }
  return { restored, mishaps };
}

/** The filter is gone with a restart of the node, so one that does not answer has nothing to be taken away. */
async function endIsolation(shell: Shell, restored: string[]): Promise<void> {
  try {
    const done = await shell.run(endIsolationScript(), {
      timeoutMs: 20_000,
      repeatable: true,
      verb: "end the isolation",
    });
    if (done.status === 0) {
      restored.push(`no packet filter of the drill is on ${shell.node}`);
    }
  } catch (thrown) {
    if (!(thrown instanceof Failure)) {
      throw thrown;
    }
  }
}

async function runRestore(
  keeper: Shell,
  { node, maintenance, hasDevice }: Pick<DrillPlan, "node" | "maintenance" | "hasDevice">,
  offFirst: boolean,
): Promise<void> {
  const script = restoreScript(
    { node, maintenance, switchOn: hasDevice },
    { by: "command", offFirst },
  );
  const done = await keeper.run(script, {
    timeoutMs: SCRIPT_MS,
    repeatable: true,
    verb: `restore after the drill of ${node}`,
  });
  expectSuccess(done, {
    tried: `restoring after the drill of ${node}`,
    node: keeper.node,
    doNext: `Its timer there tries again ${RESTORED_AFTER_MIN} min after the drill's begin. By hand: \`npx proxmox-ha fence <stack> on ${node}\`.`,
  });
}

/** What another run has left behind, by the record that was found. */
export async function restoreKept(
  kept: KeptDrill,
  standings: FenceSight["standings"],
  crew: Pick<Crew, "changes">,
): Promise<void> {
  const { keeper, node, drill, maintenance } = kept;
  // One that was switched on meanwhile is booting, and is not cut off in the middle of that.
  const boots = standings.some(({ daemon }) =>
    daemon?.cases.some((one) => one.node === node && ["on", "powering-on"].includes(one.step)),
  );
  if (drill === "isolate") {
    await endIsolation(crew.changes(node), []);
  }
  await runRestore(
    crew.changes(keeper),
    { node, maintenance, hasDevice: kept.switchOn },
    drill === "crash" && !boots,
  );
}

async function awaitBack(node: string, crew: Omit<Crew, "signal">): Promise<void> {
  const left = await isBack(node, crew, BACK_MS);
  if (left.length > 0) {
    throw new Failure("failed", {
      tried: `waiting for ${node}`,
      where: "",
      cameBack: `after ${BACK_MS / 1_000} s: ${left.join("; ")}`,
      doNext: `Look at its console. \`npx proxmox-ha fence <stack> on ${node}\` switches it on.`,
    });
  }
}

/** What it lacks still when the time is over; empty when it is a sound member. */
async function isBack(
  node: string,
  crew: Omit<Crew, "signal">,
  deadlineMs: number,
): Promise<readonly string[]> {
  const shell = crew.looks(node);
  const { last } = await until(
    () =>
      orSilent(node, async () => reasons(healthyMember(node, await observeUnsettled(shell, [])))),
    (left) => left.length === 0,
    { deadlineMs, everyMs: EVERY_MS, clock: crew.clock },
  );
  return last;
}
