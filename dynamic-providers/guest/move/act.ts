import { describeThrown, Failure } from "../../../config/failure/failure.js";
import type { Context, Host } from "../../kit/runtime.js";
import { jobEnded, runJob } from "../../shell/job.js";
import { expectSuccess } from "../../shell/shell.js";
import { shutDownGuest, startGuest } from "../act.js";
import type { FoundGuest } from "../found.js";
import { KINDS, sidOf, toolOf } from "../kinds.js";
import { lookAt, runsOn } from "../observe.js";
import type { GuestInputs, GuestState } from "../schema.js";
import { isUnsure, oldCopy } from "./changes.js";
import { removeOldCopy } from "./copy.js";
import { lookAtStorages } from "./look.js";
import { moveObstacles } from "./obstacles.js";
import { progressOf } from "./progress.js";
import { type MoveRecord, removeRecord, writeRecord } from "./record.js";
import { moveScript } from "./script.js";
import { type Move, movesOf, volumeIn } from "./wish.js";

/** How often a person who waits hears how far it is. */
const TOLD_EVERY_MS = 60_000;
/** The first of them may only wait for what a cut run has begun. */
const TRIES = 2;

const unitOf = ({ vmid }: GuestState): string => `proxmox-ha-move-${vmid}`;

type Moving = Pick<GuestInputs, "members" | "moveDeadlineMs">;

/**
 * Moves volumes one after the other, and ends what a cut run has begun. On each node one guest's disk moves at a time: several
 * would take the network from each other and from those who work.
 */
export async function moveVolumes(
  moves: readonly Move[],
  state: GuestState,
  moving: Moving,
  context: Context,
): Promise<void> {
  await finish(await ended(state, moving, context), state, context);
  for (const { slot, to } of moves) {
    const { node } = await there(state, context);
    await context.locks.hold(`disk that moves on ${node}`, () =>
      moveOne(slot, to, state, moving, context),
    );
  }
  await startAgain(await there(state, context), state, context);
}

async function moveOne(
  slot: string,
  to: string,
  state: GuestState,
  moving: Moving,
  context: Context,
): Promise<void> {
  for (let tried = 0; ; tried++) {
    const found = await ended(state, moving, context);
    await finish(found, state, context);
    const volume = volumeIn(found, slot);
    if (volume === undefined || volume.startsWith(`${to}:`)) {
      return;
    }
    if (tried === TRIES) {
      throw unmoved(slot, volume, state, found.node);
    }
    const host = context.host(moving.members[found.node] ?? state.connection);
    await begin(slot, volume, to, found, state, moving, host, context);
  }
}

async function begin(
  slot: string,
  from: string,
  to: string,
  found: FoundGuest,
  state: GuestState,
  { moveDeadlineMs }: Moving,
  host: Host,
  context: Context,
): Promise<void> {
  await refuseWithoutRoom(slot, to, found, state, context);
  const atRest = found.kind === "container" && (await runsOn(state, found.node, context));
  const record: MoveRecord = {
    version: 1,
    slot,
    from,
    to,
    startAgain: atRest || found.move?.startAgain === true,
  };
  let toldAt = context.clock.now();
  try {
    if (atRest) {
      await note(writeRecord(state.vmid, record), state, context);
      await shutDownGuest(state, found.node, context);
    }
    await runJob(
      {
        unit: unitOf(state),
        doing: `moving ${slot} of guest ${state.name} (${sidOf(state)}) from ${from} to ${to}`,
        script: moveScript(state, found.node, record),
        deadlineMs: moveDeadlineMs,
        told: (log) => {
          if (context.clock.now() - toldAt >= TOLD_EVERY_MS) {
            toldAt = context.clock.now();
            context.log.say(
              `guest ${state.name}: ${slot} is on its way to ${to}, ${progressOf(log)}`,
            );
          }
        },
      },
      host,
      context.clock,
    );
  } catch (thrown) {
    // A move that goes on keeps it locked; the record lets the next run start it.
    await there(state, context)
      .then((now) => startAgain(now, state, context))
      .catch((later: unknown) => context.log.say(describeThrown(later)));
    throw thrown;
  }
}

/** Others may have filled it since the preview, or while this guest waited for its turn. */
async function refuseWithoutRoom(
  slot: string,
  to: string,
  found: FoundGuest,
  state: GuestState,
  context: Context,
): Promise<void> {
  const facts = await lookAtStorages(state, found, context, false);
  const rest = movesOf({ wanted: state, found, before: undefined }, undefined);
  const obstacles = moveObstacles(
    rest.filter((move) => move.to === to),
    state,
    found,
    facts,
  );
  const [first] = obstacles;
  if (first?.step.do === "nothing") {
    throw new Failure("refused", {
      tried: `to move ${slot} of guest ${state.name} (${sidOf(state)}) to ${to}`,
      where: found.node,
      cameBack: `refused, it is where it was: ${first.from} -> ${first.to}`,
      doNext: first.step.instead.replaceAll("<id>", String(state.vmid)),
    });
  }
}

/** What a cut run has begun notes its end a moment after the guest has the new volume; until then nobody knows that it is complete. */
async function ended(
  state: GuestState,
  { members, moveDeadlineMs }: Moving,
  context: Context,
): Promise<FoundGuest> {
  const found = await there(state, context);
  if (found.move === undefined || !isUnsure(found, found.move)) {
    return found;
  }
  const host = context.host(members[found.node] ?? state.connection);
  const job = {
    unit: unitOf(state),
    doing: `the move of ${found.move.slot} of guest ${state.name} (${sidOf(state)})`,
    deadlineMs: moveDeadlineMs,
  };
  await jobEnded(job, host, context.clock);
  return there(state, context);
}

/** The old copy goes once the guest provably has the new one. */
async function finish(found: FoundGuest, state: GuestState, context: Context): Promise<void> {
  const { move } = found;
  if (move === undefined) {
    return;
  }
  const copy = oldCopy(found, move);
  if (copy !== undefined) {
    await removeOldCopy(copy.volume, found, state, context);
  }
  const isMoved = volumeIn(found, move.slot) !== move.from;
  if (isUnsure(found, move)) {
    tellUnsure(found, move, state, context);
  }
  if (isMoved && !move.startAgain) {
    await note(removeRecord(state.vmid), state, context);
  }
}

function tellUnsure(
  found: FoundGuest,
  { slot, from }: MoveRecord,
  state: GuestState,
  context: Context,
): void {
  const [key] =
    Object.entries(found.now).find(
      ([name, value]) => name.startsWith("unused") && value === from,
    ) ?? [];
  if (key !== undefined) {
    context.log.say(
      `guest ${state.name}: ${key} (${from}) may be the old copy of ${slot}, whose move was cut before that was sure, and stays. If the guest has everything, \`${toolOf(state)} set ${state.vmid} --delete ${key}\`.`,
    );
  }
}

async function startAgain(found: FoundGuest, state: GuestState, context: Context): Promise<void> {
  await finish(found, state, context);
  if (found.move?.startAgain === true) {
    if (!(await runsOn(state, found.node, context))) {
      await startGuest(state, found.node, context);
    }
    await note(removeRecord(state.vmid), state, context);
  }
}

async function there(state: GuestState, context: Context): Promise<FoundGuest> {
  const found = await lookAt(state, context);
  if (found !== undefined) {
    return found;
  }
  throw new Failure("failed", {
    tried: `to find guest ${state.name} (${sidOf(state)}), whose disks move`,
    where: state.connection.node,
    cameBack: "it was there a moment ago and is not there any more",
    doNext: "Somebody removes guests beside this run. Find out who, then run `pulumi up` again.",
  });
}

async function note(script: string, state: GuestState, context: Context): Promise<void> {
  const host = context.host(state.connection);
  const result = await host.run(script, {
    verb: `note the move of guest ${state.vmid}`,
    timeoutMs: 60_000,
    repeatable: true,
  });
  expectSuccess(result, {
    tried: `to note what moves of guest ${state.name} (${sidOf(state)})`,
    node: host.node,
    doNext:
      "Look at `pvecm status` there: /etc/pve takes no change without quorum. Then run `pulumi up` again.",
  });
}

function unmoved(slot: string, volume: string, state: GuestState, node: string): Failure {
  return new Failure("failed", {
    tried: `to move ${slot} of guest ${state.name} (${sidOf(state)})`,
    where: node,
    cameBack: `the task ended well, and the guest still has ${volume}`,
    doNext: `Look at the task's log on ${node} and at \`${KINDS[state.kind].tool} config ${state.vmid}\`, then run \`pulumi up\` again.`,
  });
}
