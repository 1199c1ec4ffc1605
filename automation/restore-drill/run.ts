import { badInput, Failure } from "../../config/failure/failure.js";
import { othersThan } from "../../config/findings/others.js";
import { lookAtJobs } from "../../dynamic-providers/backup/holdings.js";
import { systemClock } from "../../dynamic-providers/transport/base/clock.js";
import { ask } from "../../dynamic-providers/transport/pvesh/ask.js";
import { EXIT } from "../engine/exit-status.js";
import type { Stoppable } from "../engine/stops.js";
import type { Stage } from "../fence/stage.js";
import { type Candidate, type Choice, isMeant, newestOfEach } from "./choose.js";
import { type Outcome, tryRestore } from "./perform.js";
import { ABANDONED_S, HEARD, HEARD_EVERY_S, HEARD_SCRIPT, OVER_SCRIPT } from "./record.js";
import type { RestoreReport } from "./report.js";

export interface RestoreRequest {
  /** A guest by name or number; without one the smallest that has a backup. */
  readonly guest?: string;
  readonly each: boolean;
}

/** `drill restore`: a backup is worth what comes back of it. */
export async function drillRestore(
  stage: Stage,
  request: RestoreRequest,
  stops: Stoppable,
): Promise<RestoreReport> {
  const choice = await lookForBackups(stage);
  const candidates = chosen(choice, request, stage);
  const wasCut = await refuseBesideAnother(candidates, stage);
  const { outcomes, isInterrupted } = await performEach(candidates, wasCut, stage, stops);
  const isGood = outcomes.every((one) => one.isGood && one.left === undefined);
  const status = isInterrupted ? EXIT.interrupted : isGood ? EXIT.done : EXIT.failed;
  const without = choice.without.map(({ name, vmid }) => `${name} (${vmid})`);
  return { status, drill: "restore", restores: outcomes, without };
}

/** One member tells for all; the first that answers. */
async function lookForBackups({ plan, looks }: Stage): Promise<Choice> {
  const jobs = plan.backupJobs.filter(({ isEnabled }) => isEnabled);
  if (jobs.length === 0) {
    throw badInput(
      "The stack file has no backup job, so there is nothing to restore from.",
      "Write one under `backup.jobs`.",
    );
  }
  let why: unknown;
  for (const { name } of plan.nodes) {
    try {
      const doNext = "Look at `pvesm status` there. Nothing was changed.";
      return newestOfEach((await lookAtJobs(jobs, looks(name), doNext)).jobs);
    } catch (thrown) {
      why ??= thrown;
    }
  }
  throw why;
}

function chosen(
  { candidates, without }: Choice,
  { guest, each }: RestoreRequest,
  { plan }: Stage,
): readonly Candidate[] {
  const members = plan.nodes.map(({ name }) => name);
  const here = candidates.filter((one) => members.includes(one.guest.node));
  const meant = guest === undefined ? here : here.filter((one) => isMeant(one.guest, guest));
  const [first] = meant;
  if (first !== undefined) {
    return each ? meant : [first];
  }
  if (guest !== undefined && !without.some((one) => isMeant(one, guest))) {
    const known = [...here.map((one) => one.guest), ...without].map(({ name }) => name);
    throw badInput(
      `No backup job saves a guest ${guest}.`,
      known.length === 0 ? "No job saves any guest yet." : othersThan(guest, known),
    );
  }
  throw new Failure("refused", {
    tried: "to try a restore",
    where: "",
    cameBack: `there is no backup of ${guest ?? "any guest"} yet`,
    doNext:
      "Wait for the job's time, or start it (`vzdump <id> --storage <storage>`). Nothing was changed.",
  });
}

/** Two of them would remove each other's guest. Says whether an earlier one was cut. */
async function refuseBesideAnother(
  [first]: readonly Candidate[],
  { looks }: Stage,
): Promise<boolean> {
  const node = first?.guest.node ?? "";
  const idleS = (
    await ask(looks(node), [HEARD], {
      verb: "look for another restore drill",
      timeoutMs: 30_000,
      tried: "to see whether another restore drill is under way",
      doNext: "Look at `pvecm status` there. Nothing was changed.",
    })
  ).of(HEARD);
  if (idleS !== undefined && idleS < ABANDONED_S) {
    throw new Failure("refused", {
      tried: "to begin",
      where: node,
      cameBack: `another restore drill is under way; it was heard of ${idleS} s ago`,
      doNext: `Wait until it is over. What one that was cut has left is removed by the next one, ${ABANDONED_S} s after its last word. Nothing was changed.`,
    });
  }
  return idleS !== undefined;
}

/** Whoever stops it has the restore under way end by removing it; nothing new is begun. */
async function performEach(
  candidates: readonly Candidate[],
  wasCut: boolean,
  stage: Stage,
  stops: Stoppable,
): Promise<{ readonly outcomes: readonly Outcome[]; readonly isInterrupted: boolean }> {
  let doing = "the drill to begin";
  const { signal, over } = stops({
    say: stage.say,
    waitingFor: () => [{ text: doing }],
    leaving: "Left as it is: the next restore drill removes what this one has left.",
  });
  const step = (line: string): void => {
    doing = line;
    stage.say(line);
  };
  const outcomes: Outcome[] = [];
  const node = candidates[0]?.guest.node ?? "";
  const say = (script: string, verb: string): Promise<unknown> =>
    stage.changes(node).run(script, { timeoutMs: 10_000, repeatable: true, verb });
  await say(HEARD_SCRIPT, "say that a restore drill begins");
  // One word that does not arrive is no matter; the next one does.
  const heard = setInterval(() => {
    say(HEARD_SCRIPT, "say that the drill goes on").catch(() => undefined);
  }, HEARD_EVERY_S * 1_000);
  try {
    for (const one of candidates) {
      if (signal.aborted) {
        break;
      }
      outcomes.push(
        await tryRestore(one, {
          looks: stage.looks,
          changes: stage.changes,
          step,
          clock: systemClock,
          signal,
          wasCut,
        }),
      );
    }
    return { outcomes, isInterrupted: signal.aborted };
  } finally {
    clearInterval(heard);
    await say(OVER_SCRIPT, "say that the drill is over").catch(() => undefined);
    over();
  }
}
