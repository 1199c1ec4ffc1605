import { Failure, messageOf } from "../../config/failure/failure.js";
import { shutDown, start, statusOf } from "../../dynamic-providers/guest/calls.js";
import type { GuestKind } from "../../dynamic-providers/guest/kinds.js";
import { runJob } from "../../dynamic-providers/shell/job.js";
import { expectSuccess } from "../../dynamic-providers/shell/shell.js";
import { until } from "../../dynamic-providers/shell/until.js";
import { ask } from "../../dynamic-providers/transport/pvesh/ask.js";
import type { Part } from "../../dynamic-providers/transport/pvesh/part.js";
import type { Crew } from "../drill/crew.js";
import type { Candidate } from "./choose.js";
import { RESTORES, writeRestores } from "./record.js";
import {
  destroyScratch,
  hasAgent,
  isOurs,
  isolation,
  ping,
  restoreScript,
  SCRATCH,
  savedConfig,
  scratchConfig,
  scratchIfThere,
  scratchName,
} from "./scratch.js";

const UNIT = "proxmox-ha-restore-drill";
const TASK_MS = 330_000;
const RESTORE_MS = 12 * 3_600_000;
/** What runs without an agent has to go on running for so long. */
const RUNS_MS = 20_000;
const AGENT_MS = 300_000;
const STOP_S = 20;

export interface RestoreCrew extends Crew {
  /** Whether an earlier drill was cut, so that what lies under its number is its own. */
  readonly wasCut: boolean;
}

/** What became of one restore. */
export interface Outcome {
  readonly guest: string;
  readonly vmid: number;
  readonly volume: string;
  readonly node: string;
  readonly isGood: boolean;
  /** Until all of its volumes were back. */
  readonly restoredSeconds: number | undefined;
  readonly seconds: number;
  /** What proved it, or what went wrong. */
  readonly why: string;
  /** Set when the scratch guest is still there. */
  readonly left?: string;
}

/** Restores one backup beside everything, sees it run, and removes it, whatever happens in between. */
export async function tryRestore(
  { guest, backup }: Candidate,
  crew: RestoreCrew,
): Promise<Outcome> {
  const { kind, node } = guest;
  const beganAt = crew.clock.now();
  const since = (): number => Math.round((crew.clock.now() - beganAt) / 1_000);
  await removeLeftOver(kind, node, crew);
  let restoredSeconds: number | undefined;
  let isGood = false;
  let why: string;
  try {
    crew.step(
      `restoring ${guest.name} (${guest.vmid}) from ${backup.volume} as ${scratchName(kind)} on ${node}`,
    );
    const saved = savedConfig(node, backup.volume);
    const settings = await tell(saved, node, "read the settings in the backup", crew);
    await runJob(
      {
        unit: UNIT,
        doing: `restoring ${backup.volume}`,
        script: restoreScript(kind, node, backup.volume, settings),
        deadlineMs: RESTORE_MS,
      },
      crew.changes(node),
      crew.clock,
    );
    restoredSeconds = since();
    refuseInterrupted(crew);
    crew.step(`restored in ${restoredSeconds} s; its cards are unplugged and it is started`);
    why = await run({ guest, backup }, crew);
    isGood = true;
  } catch (thrown) {
    why = messageOf(thrown);
  }
  const left = await remove(kind, node, crew);
  const outcome = {
    guest: guest.name,
    vmid: guest.vmid,
    volume: backup.volume,
    node,
    isGood,
    restoredSeconds,
    seconds: since(),
    why,
    ...(left === undefined ? {} : { left }),
  };
  await note(outcome, crew);
  return outcome;
}

/** Starts it and says what proved that it works. */
async function run({ guest }: Candidate, crew: RestoreCrew): Promise<string> {
  const { kind, node, vmid } = guest;
  const config = await tell(scratchConfig(kind, node), node, "read the restored guest", crew);
  await tell(isolation(kind, node, vmid, config), node, "unplug the restored guest", crew);
  await tell(start(kind, node, SCRATCH), node, "start the restored guest", crew);
  return hasAgent(kind, config)
    ? await answersItsAgent(node, crew)
    : await goesOn(kind, node, crew);
}

async function answersItsAgent(node: string, crew: RestoreCrew): Promise<string> {
  const startedAt = crew.clock.now();
  const { ok, last } = await until(
    () =>
      tell(ping(node), node, "ask the restored guest's agent", crew).then(
        () => "answers",
        messageOf,
      ),
    (said) => said === "answers" || crew.signal.aborted,
    { deadlineMs: AGENT_MS, everyMs: 3_000, clock: crew.clock },
  );
  refuseInterrupted(crew);
  if (!ok) {
    throw new Error(`it runs, and its agent does not answer within ${AGENT_MS / 1_000} s: ${last}`);
  }
  return `its agent answered ${Math.round((crew.clock.now() - startedAt) / 1_000)} s after the start`;
}

/** Nobody inside can be asked, so all that is seen is that it does not stop again. */
async function goesOn(kind: GuestKind, node: string, crew: RestoreCrew): Promise<string> {
  const status = statusOf(kind, node, SCRATCH);
  const { last } = await until(
    async () => (await tell(status, node, "look at the restored guest", crew)).status,
    (seen) => seen !== "running" || crew.signal.aborted,
    { deadlineMs: RUNS_MS, everyMs: 4_000, clock: crew.clock },
  );
  refuseInterrupted(crew);
  if (last !== "running") {
    throw new Error(`it was started and is ${last} by now`);
  }
  return `it was started and still ran ${RUNS_MS / 1_000} s later; without an agent nothing inside was asked`;
}

/** What a drill that was cut has left goes first; whoever else has the number is left alone. */
async function removeLeftOver(kind: GuestKind, node: string, crew: RestoreCrew): Promise<void> {
  const there = scratchIfThere(kind, node);
  const found = await tell(there, node, "look for what an earlier drill has left", crew);
  if (found === null) {
    return;
  }
  if (!isOurs(found, crew.wasCut)) {
    throw new Failure("refused", {
      tried: "to restore a guest for a drill",
      where: node,
      cameBack: `there is a guest ${SCRATCH}, and it is not one of a drill`,
      doNext: `The drill needs that number. Nothing was changed; see whose it is (\`${scratchName(kind)}\`).`,
    });
  }
  crew.step(`what an earlier drill has left (${scratchName(kind)}) is removed`);
  const left = await remove(kind, node, crew);
  if (left !== undefined) {
    throw new Failure("failed", {
      tried: "to remove what an earlier drill has left",
      where: node,
      cameBack: left,
      doNext: `Remove ${scratchName(kind)} on ${node} and run the drill again.`,
    });
  }
}

/** Says what is left when it could not be removed. */
async function remove(
  kind: GuestKind,
  node: string,
  crew: RestoreCrew,
): Promise<string | undefined> {
  try {
    const there = scratchIfThere(kind, node);
    const found = await tell(there, node, "look at the restored guest", crew);
    if (found === null) {
      return undefined;
    }
    const status = statusOf(kind, node, SCRATCH);
    const seen = await tell(status, node, "look at the restored guest", crew);
    if (seen.status !== "stopped") {
      await tell(shutDown(kind, node, SCRATCH, STOP_S), node, "stop the restored guest", crew);
    }
    for (const part of destroyScratch(kind, node, found)) {
      await tell(part, node, "remove the restored guest", crew);
    }
    return undefined;
  } catch (thrown) {
    return `${scratchName(kind)} is still on ${node}: ${messageOf(thrown)}`;
  }
}

async function note(
  { vmid, node, volume, isGood, seconds }: Outcome,
  crew: RestoreCrew,
): Promise<void> {
  const known = await tell(RESTORES, node, "read which restores were tried", crew);
  const one = { atMs: crew.clock.now(), isGood, seconds, volume };
  const done = await crew.changes(node).run(writeRestores(known, vmid, one), {
    verb: "note the restore",
    timeoutMs: 30_000,
    repeatable: true,
  });
  expectSuccess(done, {
    tried: "to note the restore",
    node,
    doNext: "Look at `pvecm status` there: /etc/pve takes no change without quorum.",
  });
}

/** What a task ended with stands in its answer, so it is always read. */
async function tell<Answer>(
  part: Part<Answer>,
  node: string,
  verb: string,
  crew: RestoreCrew,
): Promise<Answer> {
  const said = await ask((part.changes ? crew.changes : crew.looks)(node), [part], {
    verb,
    timeoutMs: TASK_MS,
    tried: `to ${verb}`,
    doNext: `Look at its tasks on ${node}.`,
  });
  return said.of(part);
}

function refuseInterrupted({ signal }: RestoreCrew): void {
  if (signal.aborted) {
    throw new Error("interrupted");
  }
}
