import { Failure } from "../../config/failure/failure.js";
import { recoveryFloorS } from "../../config/plan/recovery.js";
import { evacuate } from "../../dynamic-providers/membership/maintenance.js";
import { expectSuccess, look } from "../../dynamic-providers/shell/shell.js";
import { until } from "../../dynamic-providers/shell/until.js";
import type { Clock } from "../../dynamic-providers/transport/base/clock.js";
import { askMembers, sentenceOf } from "../fence/ask-members.js";
import type { Crew, DrillPlan } from "./crew.js";
import { crashScript, instantOf, isolateScript, NOW_SCRIPT } from "./faults.js";
import { keepRecord } from "./keep-record.js";
import { losesNode } from "./kinds.js";
import { RESTORED_AFTER_MIN } from "./record.js";
import { type DrillReport, NOTHING_SEEN, reportOf } from "./report.js";
import { restore } from "./restore.js";
import { type Journal, journalScript, type Timeline, timelineOf } from "./timeline.js";

/** Corosync notices within eight seconds; after this the fault has had no effect. */
const NOTICED_MS = 60_000;
/** Beyond Proxmox's floor, for guests that take their time. */
const PATIENCE_MS = 240_000;
const EVERY_MS = 3_000;

interface Seen {
  at: number | undefined;
  times: Timeline;
  readonly changed: string[];
}

/** Takes the node from the cluster, watches, and restores, whatever happens in between. */
export async function perform(plan: DrillPlan, crew: Crew): Promise<DrillReport> {
  await keepRecord(plan, crew);
  const seen: Seen = { at: undefined, times: NOTHING_SEEN, changed: [] };
  const mishaps: string[] = [];
  let fault: unknown;
  try {
    await course(plan, heeding(crew), seen);
  } catch (thrown) {
    if (thrown instanceof Failure) {
      mishaps.push(thrown.message);
    } else if (!crew.signal.aborted) {
      fault = thrown;
    }
  }
  const interrupted = crew.signal.aborted;
  const back = await restore(plan, crew, {
    waitsFirst: !interrupted && mishaps.length === 0,
    offFirst: plan.drill === "crash" && seen.times.offConfirmedS === undefined,
  });
  if (fault !== undefined) {
    throw fault;
  }
  const times = await finalTimes(plan, crew, seen);
  const { drill, node, lostTheMaster, hasDevice, guests } = plan;
  return reportOf({
    drill,
    node,
    lostTheMaster,
    hasDevice,
    guests: losesNode(drill) ? guests : [],
    at: seen.at,
    times,
    changed: seen.changed,
    restored: back.restored,
    mishaps: [...mishaps, ...back.mishaps],
    interrupted,
  });
}

/** The same crew, whose waits end when somebody wants the drill to end. */
function heeding(crew: Crew): Crew {
  const clock: Clock = {
    now: () => crew.clock.now(),
    sleep: (ms) => crew.clock.sleep(ms, crew.signal),
  };
  return { ...crew, clock };
}

async function course(plan: DrillPlan, crew: Crew, seen: Seen): Promise<void> {
  const { drill, node, keeper } = plan;
  seen.changed.push(
    `${keeper}: a record and a timer that restores after ${RESTORED_AFTER_MIN} min`,
  );
  crew.signal.throwIfAborted();
  switch (drill) {
    case "off":
      if (plan.maintenance) {
        await empty(plan, crew, seen);
      }
      return await powerOff(plan, crew, seen);
    case "cut":
      await powerOff(plan, crew, seen);
      break;
    case "crash":
      seen.changed.push(`${node}: its kernel was crashed`);
      seen.at = await cause(plan, crew, crashScript(), "crash the kernel");
      break;
    case "isolate":
      seen.changed.push(`${node}: a packet filter against corosync's links`);
      seen.at = await cause(plan, crew, isolateScript(plan.ports), "cut corosync's links");
      break;
  }
  await watch(plan, crew, seen);
}

async function empty({ node, evacuationMs }: DrillPlan, crew: Crew, seen: Seen): Promise<void> {
  seen.changed.push(`${node}: HA maintenance`);
  crew.step(`HA moves the guests of ${node} away.`);
  await evacuate(crew.changes(node), {
    deadlineMs: evacuationMs,
    clock: crew.clock,
    purpose: "a drill",
    again: "try again",
  });
}

/** Off by the device, of a node that works; a member's fencer does it and sees it off. */
async function powerOff(plan: DrillPlan, crew: Crew, seen: Seen): Promise<void> {
  const { node, keeper } = plan;
  crew.step(`${node} is switched off through its power device.`);
  seen.changed.push(`${node}: switched off`);
  const asked = await now(crew, keeper);
  seen.at = asked;
  const answers = await askMembers(
    { verb: "off", node, flags: ["--yes", "--while-member"] },
    plan.askers.map(crew.changes),
    {
      verb: `switch ${node} off`,
      tried: `to switch ${node} off`,
      doNext: "Look at `systemctl status proxmox-ha-fencer` there.",
    },
    (answer) => answer.kind === "answered" && answer.ok,
  );
  if (!answers.some((answer) => answer.kind === "answered" && answer.ok)) {
    throw new Failure("failed", {
      tried: `to switch ${node} off through its power device`,
      where: "",
      cameBack: answers.map(sentenceOf).join("; "),
      doNext: "",
    });
  }
  const confirmed = await now(crew, keeper);
  seen.times = { ...seen.times, offConfirmedS: Math.round((confirmed - asked) * 10) / 10 };
}

/** Does to the node what the script says, and returns the instant of it by the node's own clock. */
async function cause(
  { node }: DrillPlan,
  { changes, step }: Crew,
  script: string,
  what: string,
): Promise<number> {
  step(`${node}: ${what}.`);
  const done = await changes(node).run(script, {
    timeoutMs: 30_000,
    repeatable: false,
    verb: what,
  });
  const doNext = "Look at what it says; the drill is restored now.";
  return instantOf(expectSuccess(done, { tried: `to ${what}`, node, doNext }));
}

async function now({ looks }: Crew, node: string): Promise<number> {
  const asked = { script: NOW_SCRIPT, verb: "read the clock", timeoutMs: 10_000 };
  return instantOf(await look(looks(node), asked));
}

/** Until HA has started every guest again, the node is back, or all patience is over. */
async function watch(plan: DrillPlan, crew: Crew, seen: Seen): Promise<void> {
  const { node, guests, lostTheMaster } = plan;
  crew.step(
    `${node} is lost; HA takes over after about ${recoveryFloorS(lostTheMaster)} s. Ctrl-C ends the drill and restores.`,
  );
  const began = crew.clock.now();
  const { last } = await until(
    async () => {
      seen.times = await timesNow(plan, crew, seen, plan.witnesses);
      return seen.times;
    },
    (times) =>
      times.absentS === undefined
        ? crew.clock.now() - began > NOTICED_MS
        : guests.every((guest) => times.guestsUpS[guest] !== undefined) ||
          // Back before HA took its lock, it starts its guests itself. After that they start elsewhere, also behind its return.
          (times.memberAgainS !== undefined && times.lockS === undefined),
    {
      deadlineMs: recoveryFloorS(lostTheMaster) * 1_000 + PATIENCE_MS,
      everyMs: EVERY_MS,
      clock: crew.clock,
    },
  );
  if (last.absentS === undefined) {
    throw new Failure("failed", {
      tried: `to take ${node} from the cluster`,
      where: "",
      cameBack: `it did not leave the membership within ${NOTICED_MS / 1_000} s, so the drill had no effect`,
      doNext: "",
    });
  }
}

/** The node's own journal tells of its watchdog, once it is back. */
async function finalTimes(plan: DrillPlan, crew: Crew, seen: Seen): Promise<Timeline> {
  return losesNode(plan.drill) && seen.at !== undefined
    ? await timesNow(plan, crew, seen, [...plan.witnesses, plan.node])
    : seen.times;
}

async function timesNow(
  { node, id, guests }: DrillPlan,
  { looks }: Crew,
  { at, times }: Seen,
  members: readonly string[],
): Promise<Timeline> {
  if (at === undefined) {
    return times;
  }
  const script = journalScript(at);
  const journals = await Promise.all(
    members.map(async (by): Promise<Journal> => {
      const asked = { script, verb: "read the journal", timeoutMs: 20_000 };
      try {
        return { by, text: await look(looks(by), asked) };
      } catch (thrown) {
        if (thrown instanceof Failure) {
          // Another member tells the same, or the next look does; what nobody tells is reported as not seen.
          return { by, text: "" };
        }
        throw thrown;
      }
    }),
  );
  const told = timelineOf({ node, id, at, guests }, journals);
  // Where a person's off was asked for, no fencer writes that it fenced.
  return { ...told, offConfirmedS: told.offConfirmedS ?? times.offConfirmedS };
}
