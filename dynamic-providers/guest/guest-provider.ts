import type { z } from "zod";
import { holdsOn } from "../../config/plan/consents.js";
import { type Change, renderChanges } from "../kit/change.js";
import { consentNow } from "../kit/consent-of-run.js";
import { defineProvider } from "../kit/define-provider.js";
import { differences } from "../kit/difference.js";
import { told } from "../kit/outputs.js";
import type { Context } from "../kit/runtime.js";
import { announceTakingOver } from "../kit/taking-over.js";
import type { Versioned } from "../kit/versioned.js";
import { dayOf } from "../transport/base/clock.js";
import { makeGuest, removeGuest, restartGuest, tellGuest } from "./act.js";
import type { GuestStep } from "./changes.js";
import { sidOf } from "./kinds.js";
import { moveVolumes } from "./move/act.js";
import { lookAtStorages } from "./move/look.js";
import { toldMoves } from "./move/told.js";
import { movesOf, stayingOf } from "./move/wish.js";
import { lookAt, lookOnce, runsOn } from "./observe.js";
import { refusedChanges } from "./permission.js";
import { asksWhetherItRuns, type GuestFacts, planGuest } from "./plan.js";
import { type GuestInputs, type GuestState, guestOutputs } from "./schema.js";
import { refusedShrinking } from "./shrinking.js";

interface Guests extends Versioned {
  readonly inputs: z.ZodObject & z.ZodType<GuestInputs>;
  readonly state: z.ZodType<GuestState>;
}

/**
 * A guest of the cluster. It is known by its id and looked for in the whole cluster, so where HA or people moved it is nothing
 * that anybody has to bring back. What the file does not name stays as it is.
 */
export const guestProvider = (of: Guests) =>
  defineProvider<GuestInputs, GuestState, GuestFacts, GuestStep>({
    ...of,
    // No edit of the file makes another guest of it.
    identity: [],
    // Each step has an end of its own; disks that move wait for those before them on the same node.
    deadlineMs: 604_800_000,
    subject,
    id: (guest) => `${guest.cluster}/${sidOf(guest)}`,
    remember,
    veto: refusedShrinking,
    foresee,
    observe,
    plan: planGuest,
    apply: (changes, state, context, inputs) =>
      carryOut(changes, state, context, inputs).finally(() =>
        context.host(state.connection).forget(),
      ),
    forgotten: ({ found }, state) =>
      found === undefined
        ? undefined
        : `${subject(state)} stays on ${found.node} as it is; it is only forgotten here.`,
    outputs: told(guestOutputs, (_facts, guest) => ({ sid: sidOf(guest) })),
    gone: ({ found }) => found === undefined,
  });

async function carryOut(
  changes: readonly Change<GuestStep>[],
  state: GuestState,
  context: Context,
  inputs: GuestInputs | undefined,
): Promise<void> {
  const steps = changes.map(({ step }) => step);
  if (inputs === undefined || steps.some((step) => step.do === "remove")) {
    await removeGuest(state, context);
    return;
  }
  if (steps.some((step) => step.do === "create")) {
    await makeGuest(inputs, context);
    return;
  }
  const refused = refusedChanges(inputs, changes, context.clock.now());
  if (refused !== undefined) {
    throw refused;
  }
  const moves = steps.flatMap((step) => (step.do === "move" ? [step.move] : []));
  if (moves.length > 0 || steps.some((step) => step.do === "finish move")) {
    await moveVolumes(moves, state, inputs, context);
  }
  await tellGuest(state, steps, context);
  // A guest that was shut down for its move was started with everything that waited.
  const restarted = moves.some(({ live }) => !live);
  const waits = !restarted || steps.some((step) => step.do === "set" && step.restarts);
  if (waits && steps.some((step) => step.do === "restart")) {
    await restartGuest(state, context);
  }
}

function subject(guest: Pick<GuestState, "kind" | "vmid" | "name">): string {
  return `guest ${guest.name} (${sidOf(guest)})`;
}

function remember({
  node: _node,
  initial: _initial,
  initialCards: _cards,
  startsItself: _starts,
  members: _members,
  moveDeadlineMs: _deadline,
  ...state
}: GuestInputs): GuestState {
  // A consent is for one occasion; when its line goes, nothing has changed.
  return { ...state, consent: {} };
}

/** In a preview too: what is taken over, what only a restart brings about, and what is not done at all. */
async function foresee(
  before: GuestInputs | undefined,
  wanted: GuestInputs,
  context: Context,
): Promise<void> {
  const state = remember(wanted);
  const known = before === undefined ? undefined : remember(before);
  if (known !== undefined && differences(known, state).length === 0) {
    return;
  }
  // A cluster that does not answer, or does not stand yet, is asked by the work itself.
  const facts = await lookFor(state, context, wanted, true).catch(() => undefined);
  if (facts?.found === undefined) {
    return;
  }
  const changes = planGuest(state, facts, known);
  const refused = refusedChanges(wanted, changes, context.clock.now());
  if (refused !== undefined) {
    throw refused;
  }
  for (const line of movesTold(state, facts, known)) {
    context.log.say(`${subject(state)}: ${line}.`);
  }
  if (known === undefined) {
    announceTakingOver(subject(state), changes, wanted, context);
  } else if (changes.some(({ step }) => step.do === "restart")) {
    context.log.say(`${subject(state)} is restarted (there -> wanted): ${renderChanges(changes)}`);
  }
}

const observe = (
  state: GuestState,
  context: Context,
  inputs: GuestInputs | undefined,
): Promise<GuestFacts> => lookFor(state, context, inputs, false);

async function lookFor(
  state: GuestState,
  context: Context,
  inputs: GuestInputs | undefined,
  storagesMayCome: boolean,
): Promise<GuestFacts> {
  const consent = consentNow(context, {})[state.consents.removal];
  const mayGo = holdsOn(consent, dayOf(context.clock.now()));
  const found = await (context.refreshes === true ? lookOnce : lookAt)(state, context);
  if (inputs === undefined || found?.kind !== state.kind) {
    return { found, mayGo, running: undefined };
  }
  const running = asksWhetherItRuns(state, found)
    ? await runsOn(state, found.node, context)
    : undefined;
  const moves = movesOf({ wanted: state, found, before: undefined }, running);
  const moving =
    moves.length === 0 ? undefined : await lookAtStorages(state, found, context, storagesMayCome);
  return { found, mayGo, running, moving };
}

function movesTold(
  wanted: GuestState,
  { found, running, moving }: GuestFacts,
  before: GuestState | undefined,
): string[] {
  if (found === undefined || moving === undefined) {
    return [];
  }
  const wish = { wanted, found, before };
  return toldMoves(movesOf(wish, running), stayingOf(wish), found, running, moving);
}
