import { Failure } from "../../config/failure/failure.js";
import { runJob } from "../../dynamic-providers/shell/job.js";
import { look } from "../../dynamic-providers/shell/shell.js";
import { until } from "../../dynamic-providers/shell/until.js";
import { systemClock } from "../../dynamic-providers/transport/base/clock.js";
import { sh } from "../../dynamic-providers/transport/ssh/quoting.js";
import type { Stage } from "../fence/stage.js";
import type { MaintenanceRecord } from "./record.js";

/** A large guest with much changing memory takes its time. */
const MOVE_MS = 3_600_000;
const EVERY_MS = 3_000;

const isUnderWay = (unitState: string): boolean =>
  ["active", "activating", "deactivating"].includes(unitState);
const unitOf = (guest: number): string => `proxmox-ha-move-${guest}`;

/** Guests that were moved away and still are where they were moved. */
export async function moveBack(
  stage: Stage,
  { node, keeper, moved }: MaintenanceRecord,
): Promise<void> {
  for (const { guest, to } of moved) {
    await untilMoved(stage, guest, node);
    const { home, runs } = await whereIs(stage, guest, keeper);
    if (home === node) {
      continue;
    }
    if (home !== to || !runs) {
      stage.say(
        `Guest ${guest} ${home === undefined ? "is gone" : `stays on ${home}`}: somebody has ${home === to ? "stopped" : home === undefined ? "removed" : "moved"} it meanwhile.`,
      );
      continue;
    }
    stage.say(`Guest ${guest} moves back.`);
    await migrate(stage, guest, { from: to, to: node });
  }
}

/** A run that was cut has left its move to the host, which goes on with it. */
async function untilMoved(stage: Stage, guest: number, node: string): Promise<void> {
  const { last, waitedMs } = await until(
    async () =>
      (
        await look(stage.looks(node), {
          script: sh`systemctl is-active ${`${unitOf(guest)}.service`} || true`,
          verb: `see whether guest ${guest} still moves`,
          timeoutMs: 20_000,
        })
      ).trim(),
    (state) => !isUnderWay(state),
    { deadlineMs: MOVE_MS, everyMs: EVERY_MS, clock: systemClock },
  );
  if (isUnderWay(last)) {
    throw new Failure("failed", {
      tried: `to bring guest ${guest} back to ${node}`,
      where: node,
      cameBack: `it still moves after ${Math.round(waitedMs / 1_000)} s`,
      doNext: `Look at \`journalctl -u ${unitOf(guest)}\` there, then run the command again.`,
    });
  }
}

/** Its file tells at once where it is; what members have been told of each other is seconds old. */
async function whereIs(
  stage: Stage,
  guest: number,
  keeper: string,
): Promise<{ readonly home: string | undefined; readonly runs: boolean }> {
  const said = await look(stage.looks(keeper), {
    script: sh`for f in /etc/pve/nodes/*/qemu-server/${guest}.conf; do test ! -e "$f" || echo "$f"; done`,
    verb: `see where guest ${guest} is`,
    timeoutMs: 20_000,
  });
  const home = /^\/etc\/pve\/nodes\/([^/]+)\//m.exec(said)?.[1];
  if (home === undefined) {
    return { home, runs: false };
  }
  const state = await look(stage.looks(home), {
    script: sh`qm status ${guest}`,
    verb: `see whether guest ${guest} runs`,
    timeoutMs: 20_000,
  });
  return { home, runs: state.includes("running") };
}

/** As a job of the host: a connection that is lost does not end it. */
export async function migrate(
  stage: Stage,
  guest: number,
  { from, to }: { readonly from: string; readonly to: string },
): Promise<void> {
  try {
    await runJob(
      {
        unit: unitOf(guest),
        doing: `moving guest ${guest} from ${from} to ${to}`,
        script: sh`qm migrate ${guest} ${to} --online`,
        deadlineMs: MOVE_MS,
      },
      stage.changes(from),
      systemClock,
    );
  } catch (thrown) {
    if (!(thrown instanceof Failure)) {
      throw thrown;
    }
    throw new Failure(thrown.kind, {
      tried: `to move guest ${guest} from ${from} to ${to}`,
      where: from,
      cameBack: thrown.cameBack,
      doNext: `Move it by hand, shut it down, or give it to HA; then run the command again.`,
    });
  }
}
