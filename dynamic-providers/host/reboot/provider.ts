import type { Change } from "../../kit/change.js";
import { defineProvider } from "../../kit/define-provider.js";
import { differences } from "../../kit/difference.js";
import { told } from "../../kit/outputs.js";
import type { Context } from "../../kit/runtime.js";
import { MEMBER_TURN } from "../../membership/turn.js";
import { dayOf } from "../../transport/base/clock.js";
import { decideReboot, type RebootDecision } from "./decision.js";
import { observeReboot, type RebootFacts } from "./facts.js";
import type { RestartPolicy } from "./policy.js";
import { rebootReasons } from "./reasons.js";
import {
  awaitServices,
  closeRecord,
  finishMember,
  fruitless,
  NOTHING_HELD,
  restartFresh,
  restartMember,
} from "./restart.js";
import { type RebootInputs, rebootInputs, rebootOutputs } from "./schema.js";

interface Facts {
  readonly host: RebootFacts;
  /** A consent ends after its day. */
  readonly today: string;
}

type Step = Extract<RebootDecision, { reasons: readonly string[] }>;

/** Each step has its own deadline; how long a member waits for its turn depends on the others. */
const NO_END_MS = 24 * 60 * 60_000;

/** One restart of one host for all reasons together, when it may be. */
export const hostReboot = defineProvider<RebootInputs, RebootInputs, Facts, Step>({
  kind: "host/reboot",
  schemaVersion: 1,
  inputs: rebootInputs,
  state: rebootInputs,
  identity: [],
  deadlineMs: NO_END_MS,
  subject: (state) => `the restart of ${state.connection.node}`,
  id: (inputs) => `${inputs.connection.node}/reboot`,
  remember: (inputs) => inputs,
  observe: async (state, context, inputs) => {
    const host = await observeReboot(context.host(state.connection));
    const facts = { host, today: todayOf(context) };
    const decision = decide(state, facts);
    // With the program's inputs it was foretold already.
    if (decision.kind === "wait" && inputs === undefined) {
      context.log.say(waiting(state.connection.node, decision));
    }
    return facts;
  },
  plan: (wanted, facts) => (wanted === undefined ? [] : changesOf(decide(wanted, facts))),
  async apply([change], state, context) {
    if (change === undefined) {
      return;
    }
    const host = context.host(state.connection);
    const act = (): Promise<void> => carryOut(change.step, state, context);
    const facts = await observeReboot(host);
    await (facts.isMember ? context.locks.hold(MEMBER_TURN, act) : act());
    host.forget();
  },
  outputs: told(rebootOutputs, ({ host }, state) => ({
    reasons: rebootReasons(state, host),
    bootId: host.bootId,
  })),
  async foresee(before, wanted, context) {
    if (before !== undefined && differences(before, wanted).length === 0) {
      return;
    }
    const { node } = wanted.connection;
    const host = await observeReboot(context.host(wanted.connection)).catch(() => undefined);
    if (host === undefined) {
      context.log.say(`Whether ${node} has to be restarted is not known: no answer yet.`);
      return;
    }
    const decision = decide(wanted, { host, today: todayOf(context) });
    const line = foretold(node, host, decision);
    if (line !== undefined) {
      context.log.say(line);
    }
  },
});

const todayOf = ({ clock }: Context): string => dayOf(clock.now());

function decide(state: RebootInputs, { host, today }: Facts): RebootDecision {
  return decideReboot(state.connection.node, state, host, today);
}

/** A restart is nothing that somebody else made, so there is nothing to trample. */
function changesOf(decision: RebootDecision): Change<Step>[] {
  switch (decision.kind) {
    case "none":
    case "wait":
      return [];
    case "restart":
    case "finish":
    case "fruitless":
      return [
        {
          kind: "add",
          path: "restart",
          from: decision.reasons.join("; ") || "under way",
          to: { restart: "restarted", finish: "healthy again", fruitless: "in effect" }[
            decision.kind
          ],
          step: decision,
        },
      ];
  }
}

async function carryOut(step: Step, state: RebootInputs, context: Context): Promise<void> {
  const host = context.host(state.connection);
  // Read in its turn: while it waited, another resource or a person may have restarted the host.
  const facts = await observeReboot(host);
  const { keeper, ...policyOfState } = state;
  const policy: RestartPolicy = {
    ...policyOfState,
    ...(keeper === undefined ? {} : { keeper: context.host(keeper) }),
    clock: context.clock,
    cancellation: context.cancellation,
    say: (line) => context.log.say(line),
  };
  const left = (now: RebootFacts): readonly string[] => rebootReasons(state, now);
  switch (step.kind) {
    case "restart":
      await (facts.isMember ? restartMember : restartFresh)(step.reasons, facts, host, policy);
      break;
    case "finish":
      await (facts.isMember
        ? finishMember(facts.record ?? NOTHING_HELD, host, policy)
        : awaitServices(host, policy));
      break;
    case "fruitless":
      throw fruitless(state.connection.node, step.reasons);
    case "wait":
      return;
  }
  await closeRecord(facts.record?.reasons ?? step.reasons, host, left);
}

/** What a person reads in the preview. */
function foretold(node: string, host: RebootFacts, decision: RebootDecision): string | undefined {
  switch (decision.kind) {
    case "none":
    case "fruitless":
      return undefined;
    case "finish":
      return `The restart of ${node} that an earlier run began is brought to its end.`;
    case "wait":
      return waiting(node, decision);
    case "restart":
      return host.isMember
        ? `${node} is a member and is restarted in its turn, without its guests and only if the cluster can spare it: ${decision.reasons.join("; ")}.`
        : `${node} is restarted before it joins: ${decision.reasons.join("; ")}.`;
  }
}

const waiting = (
  node: string,
  { reasons, how }: Extract<RebootDecision, { kind: "wait" }>,
): string => `${node} needs a restart (${reasons.join("; ")}): ${how}.`;
