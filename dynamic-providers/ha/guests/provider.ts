import { messageOf } from "../../../config/failure/failure.js";
import { defineProvider } from "../../kit/define-provider.js";
import { told } from "../../kit/outputs.js";
import type { Context, Host } from "../../kit/runtime.js";
import { expectSuccess, type ShellResult } from "../../shell/shell.js";
import { until } from "../../shell/until.js";
import { ask } from "../../transport/pvesh/ask.js";
import { GUESTS, type ManagedFacts, managedFacts } from "../managed-facts.js";
import { type ManagedStep, planManaged, waitingGuests } from "../managed-plan.js";
import { HA_COMMAND_MS, readHa } from "../read-ha.js";
import {
  type GuestsInputs,
  type GuestsState,
  guestsInputs,
  guestsOutputs,
  guestsState,
} from "./schema.js";

/** The HA manager looks at its nodes every ten seconds. */
const MANAGER_MS = 60_000;
const NOT_COUNTED = /more resources than available nodes/;

/**
 * Which guests are under HA and by which rules they are placed. Proxmox takes a guest only once it exists, so those
 * that do not are waited for: each run looks whether one has come, in the preview too.
 */
export const haGuests = defineProvider<GuestsInputs, GuestsState, ManagedFacts, ManagedStep>({
  kind: "ha/guests",
  schemaVersion: 1,
  inputs: guestsInputs,
  state: guestsState,
  identity: ["cluster"],
  deadlineMs: 240_000,
  subject: ({ cluster }) => `guests under HA in ${cluster}`,
  id: ({ cluster }) => `${cluster}/ha-guests`,
  remember: ({ made: _made, ...state }) => state,
  complete,
  observe,
  plan: planManaged,
  apply: async (changes, state, context) => {
    const host = context.host(state.connection);
    const steps = changes.map(({ step }) => step);
    const plain = steps.filter(({ needsManager }) => !needsManager);
    if (plain.length > 0) {
      const script = plain.map((step) => step.command).join(" &&\n");
      expectDone(host, await tell(host, script));
    }
    for (const step of steps.filter(({ needsManager }) => needsManager)) {
      const { last } = await until(
        () => tell(host, step.command),
        ({ stdout, stderr }) => !NOT_COUNTED.test(stdout + stderr),
        { deadlineMs: MANAGER_MS, everyMs: 5_000, clock: context.clock },
      );
      expectDone(host, last);
    }
    host.forget();
  },
  outputs: told(guestsOutputs, (facts, state) => ({
    managed: state.resources
      .map(({ sid }) => sid)
      .filter((sid) => facts.resources[sid] !== undefined),
    waiting: waitingGuests(state, facts.guests),
    placedBy: state.rules.map(({ name }) => name).filter((name) => facts.rules[name] !== undefined),
  })),
});

/** Looks only while a guest is waited for: a run that waits for none asks nobody. */
async function complete(
  before: GuestsInputs | undefined,
  wanted: GuestsInputs,
  context: Context,
): Promise<Partial<GuestsInputs>> {
  const known = before?.present ?? [];
  const sids = wanted.resources.map(({ sid }) => sid);
  const stay = sids.filter((sid) => known.includes(sid));
  if (stay.length === sids.length) {
    return { present: stay };
  }
  try {
    const host = context.host(wanted.connection);
    const said = await ask(host, [GUESTS], {
      verb: "look which guests exist",
      timeoutMs: HA_COMMAND_MS,
      tried: "to look which guests exist",
      doNext: "It needs quorum: look at `pvecm status` there, then repeat.",
    });
    const guests = said.of(GUESTS);
    const waiting = waitingGuests(wanted, guests).filter((sid) => !wanted.made.includes(sid));
    if (waiting.length > 0) {
      const [subject, verb, they] =
        waiting.length === 1 ? ["waits", "does", "it is"] : ["wait", "do", "they are"];
      context.log.say(
        `${waiting.join(", ")} ${subject} to come under HA, because ${waiting.length === 1 ? "it" : "they"} ${verb} not exist yet; the first \`up\` after ${they} made sees to it.`,
      );
    }
    return { present: sids.filter((sid) => guests.includes(sid)) };
  } catch (thrown) {
    const unknown = sids.filter((sid) => !known.includes(sid));
    context.log.say(
      `Whether ${unknown.join(", ")} exist by now is not known, so HA stays as it is for them: ${messageOf(thrown)}`,
    );
    return { present: stay };
  }
}

async function observe(
  state: GuestsState,
  context: Context,
  inputs: GuestsInputs | undefined,
): Promise<ManagedFacts> {
  const said = await readHa(context.host(state.connection), state.major, inputs === undefined);
  return managedFacts(said, state.major);
}

async function tell(host: Host, script: string): Promise<ShellResult> {
  return await host.run(`export LC_ALL=C\n${script}`, {
    timeoutMs: HA_COMMAND_MS,
    repeatable: false,
    verb: "put guests under HA and their rules in force",
  });
}

function expectDone(host: Host, result: ShellResult): void {
  expectSuccess(result, {
    tried: "telling HA about guests and rules",
    node: host.node,
    doNext:
      "Mend what is named, then run `pulumi up` again. A service in error state must be disabled first: `ha-manager set SID --state disabled`.",
  });
}
