import { Failure } from "../../config/failure/failure.js";
import { observeCeph } from "../../dynamic-providers/health/ceph-margin.js";
import { reasons } from "../../dynamic-providers/health/condition.js";
import { healthyMember } from "../../dynamic-providers/health/member.js";
import { observeGuests } from "../../dynamic-providers/membership/guests.js";
import { parseHaStatus, recovered } from "../../dynamic-providers/membership/ha-status.js";
import { endMaintenance, evacuate } from "../../dynamic-providers/membership/maintenance.js";
import { setNoout, unsetNoout } from "../../dynamic-providers/membership/noout.js";
import { observeUnsettled } from "../../dynamic-providers/membership/observe.js";
import { expectSuccess, look } from "../../dynamic-providers/shell/shell.js";
import { until } from "../../dynamic-providers/shell/until.js";
import { systemClock } from "../../dynamic-providers/transport/base/clock.js";
import { orSilent } from "../fence/or-silent.js";
import type { Stage } from "../fence/stage.js";
import { alarmOffScript, alarmScript } from "./alarm.js";
import type { Move } from "./moves.js";
import { migrate, moveBack } from "./moving.js";
import { type MaintenanceRecord, removeRecordScript, writeRecordScript } from "./record.js";

const EVERY_MS = 3_000;
const AGAIN = "run the command again";

/** Writes down what is about to change, has the cluster bear that the node is away, and empties it. What fails takes all of it back. */
export async function begin(
  stage: Stage,
  begun: MaintenanceRecord,
  moves: readonly Move[],
): Promise<void> {
  const { node, keeper } = begun;
  let kept = await keep(stage, begun);
  try {
    if (!(await keepData(stage, kept))) {
      kept = await keep(stage, { ...kept, noout: false });
    }
    await change(stage, keeper, alarmScript(kept, stage.stack), "have a forgotten end told");
    // One at a time: each takes the network that the others would.
    for (const { guest, managed, to } of moves) {
      if (!managed && to !== undefined) {
        kept = await keep(stage, { ...kept, moved: [...kept.moved, { guest, to }] });
        stage.say(`Guest ${guest} moves to ${to}.`);
        await migrate(stage, guest, { from: node, to });
      }
    }
    if (kept.ha) {
      stage.say(`HA empties ${node}.`);
      await evacuate(stage.changes(node), {
        deadlineMs: stage.plan.deadlines.evacuation,
        clock: systemClock,
        purpose: "the maintenance",
        again: AGAIN,
      });
    }
    await refuseLeftovers(stage, node);
    await untilHaLetsGo(stage, kept);
  } catch (thrown) {
    stage.say(`${node} is not taken out of service: what was changed is put back.`);
    await putBack(stage, kept);
    throw thrown;
  }
}

/** Proves that the node is sound, and undoes what the maintenance has changed, and nothing else. */
export async function end(stage: Stage, kept: MaintenanceRecord): Promise<void> {
  stage.say(`Waiting until ${kept.node} is a sound member.`);
  await awaitSound(stage, kept.node);
  await putBack(stage, kept);
}

/** Whether the flag is there and the program's. */
async function keepData(
  stage: Stage,
  { node, keeper, noout, since, until: end }: MaintenanceRecord,
): Promise<boolean> {
  const ours =
    noout &&
    (await setNoout(node, {
      shell: stage.changes(keeper),
      purpose: "maintenance",
      seconds: end - since,
    }));
  if (ours) {
    stage.say(`Ceph keeps the OSDs of ${node} in, watched by ${keeper}.`);
  }
  return ours;
}

async function refuseLeftovers(stage: Stage, node: string): Promise<void> {
  const left = await observeGuests(stage.looks(node), true);
  const guests = [...left.managed, ...left.unmanaged];
  if (guests.length > 0) {
    throw new Failure("refused", {
      tried: `to empty ${node}`,
      where: node,
      cameBack: `${guests.join(", ")} still ${guests.length === 1 ? "runs" : "run"} there`,
      doNext: "Move or stop what is named, then run the command again.",
    });
  }
}

/**
 * HA's own work is over later than the guests are gone: as long as it has something on the node, its agent there feeds the watchdog and
 * holds its lock, and a node without power would be a lost one.
 */
async function untilHaLetsGo(stage: Stage, { node, keeper, ha }: MaintenanceRecord): Promise<void> {
  if (!ha) {
    return;
  }
  const { last, waitedMs } = await until(
    async () => {
      const said = await look(stage.looks(keeper), {
        script: "ha-manager status",
        verb: "see whether HA has let go of the node",
        timeoutMs: 30_000,
      });
      const lines = said.split("\n").map((line) => line.trim());
      return [
        ...recovered(parseHaStatus(lines), node),
        ...lines.filter(
          (line) => line.startsWith(`lrm ${node} (`) && line.includes("watchdog active"),
        ),
      ];
    },
    (left) => left.length === 0,
    { deadlineMs: stage.plan.deadlines.evacuation, everyMs: EVERY_MS, clock: systemClock },
  );
  if (last.length > 0) {
    throw new Failure("refused", {
      tried: `to empty ${node}`,
      where: keeper,
      cameBack: `after ${Math.round(waitedMs / 1_000)} s HA still has ${last.join(", ")}`,
      doNext: "Look at `ha-manager status`, then run the command again.",
    });
  }
}

/** What is gone already, because an earlier run was cut here, is no fault. */
async function putBack(stage: Stage, kept: MaintenanceRecord): Promise<void> {
  const { node, keeper } = kept;
  if (kept.noout) {
    await unsetNoout(node, { shell: stage.changes(keeper), purpose: "maintenance" });
    stage.say(`Ceph judges the OSDs of ${node} as ever.`);
  }
  if (kept.ha) {
    await endMaintenance(stage.changes(node), {
      deadlineMs: stage.plan.deadlines.evacuation,
      clock: systemClock,
      again: AGAIN,
    });
    stage.say(`HA counts on ${node} again.`);
  }
  await moveBack(stage, kept);
  await change(stage, keeper, alarmOffScript(node), "call the alarm off");
  await change(stage, keeper, removeRecordScript(node), "forget the maintenance");
}

async function awaitSound(stage: Stage, node: string): Promise<void> {
  const shell = stage.looks(node);
  const { quorum, ceph } = stage.plan.deadlines;
  const waited = await until(
    () =>
      orSilent(node, async () => {
        const member = reasons(healthyMember(node, await observeUnsettled(shell, [])));
        return member.length > 0 ? member : (await observeCeph(shell)).against;
      }),
    (left) => left.length === 0,
    { deadlineMs: quorum + ceph, everyMs: EVERY_MS, clock: systemClock },
  );
  if (waited.last.length > 0) {
    throw new Failure("refused", {
      tried: `to end the maintenance of ${node}`,
      where: "",
      cameBack: `after ${Math.round(waited.waitedMs / 1_000)} s ${waited.last.join("; ")}`,
      doNext: `The maintenance goes on and nothing was undone. Bring ${node} back, then run the command again.`,
    });
  }
}

async function keep(stage: Stage, kept: MaintenanceRecord): Promise<MaintenanceRecord> {
  await change(
    stage,
    kept.keeper,
    writeRecordScript(kept),
    "write down what the maintenance changes",
  );
  return kept;
}

async function change(stage: Stage, node: string, script: string, what: string): Promise<void> {
  const done = await stage
    .changes(node)
    .run(script, { timeoutMs: 30_000, repeatable: true, verb: what });
  expectSuccess(done, {
    tried: `to ${what}`,
    node,
    doNext: "Look at `pvecm status` there, then run the command again.",
  });
}
