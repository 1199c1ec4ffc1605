import { Failure } from "../../../config/failure/failure.js";
import { tellConsent } from "../../kit/consent-of-run.js";
import { defineProvider } from "../../kit/define-provider.js";
import { told } from "../../kit/outputs.js";
import { type Nothing, recordsOnly } from "../../kit/records-only.js";
import type { Context } from "../../kit/runtime.js";
import { endOfOutput } from "../../shell/shell.js";
import { poll } from "../../transport/base/clock.js";
import { ask } from "../../transport/pvesh/ask.js";
import { answersOf, scriptOf } from "../../transport/pvesh/script.js";
import type { SshConnection } from "../../transport/ssh/connection.js";
import { leavingNatives, refuseWhileHeld } from "../leaving.js";
import { type Lists, listsLook, presentOf, refusedTakingOver } from "../lists.js";
import { type NativeWish, pathOf, titleOf } from "../native-schema.js";
import { rosterFromVersion1 } from "./migration.js";
import {
  type NativeRosterInputs,
  type NativeRosterState,
  nativeRosterInputs,
  nativeRosterOutputs,
  nativeRosterState,
} from "./schema.js";

const LOOK_MS = 30_000;
const VERB = "look at what the cluster has already";
const DO_NEXT = "Look at `pvesh get /storage` there, then run `pulumi up` again.";
/** For hosts that have only just been switched on. */
const AGAIN_MS = 80_000;
/**
 * Asks no host anything as long as every native stays where it is and nothing is new. When one is to go or to move, the
 * cluster is asked what it holds; of what the file names for the first time, whether it is there already. Both before anything
 * is touched, in a preview too.
 */
export const nativeRoster = defineProvider(
  recordsOnly<NativeRosterInputs, NativeRosterState>({
    kind: "native/roster",
    schemaVersion: 2,
    migrations: { 1: rosterFromVersion1 },
    inputs: nativeRosterInputs,
    state: nativeRosterState,
    identity: [],
    deadlineMs: 120_000,
    subject: (state) => `the list of what the native provider makes on ${state.cluster}`,
    id: (inputs) => `${inputs.cluster}/storages`,
    remember: ({ wishes: _wishes, unseen: _unseen, ...state }) => state,
    observe: lookAgain,
    async foresee(before, wanted, context) {
      tellConsent(context, wanted.consent);
      const leaving = leavingNatives(before?.natives ?? [], wanted.natives);
      await refuseWhileHeld(leaving, wanted.connections, wanted.consent, context);
      const fresh = firstNamed(before, wanted);
      const lists = await seen(fresh, wanted, context);
      const against = lists === undefined ? undefined : refusedTakingOver(fresh, lists);
      if (against !== undefined) {
        throw against;
      }
    },
    async complete(before, wanted, context) {
      const fresh = firstNamed(before, wanted);
      const lists = await seen(fresh, wanted, context);
      const found = lists === undefined ? [] : presentOf(fresh, lists).map(pathOf);
      const known = new Set([...(before?.takenOver ?? []), ...found]);
      return {
        takenOver: wanted.natives.map(pathOf).filter((path) => known.has(path)),
        ...(lists === undefined ? { unseen: fresh } : {}),
      };
    },
    outputs: told(nativeRosterOutputs, (_facts, { takenOver }) => ({ takenOver })),
  }),
);

/** What the last run did not know of. */
function firstNamed(
  before: NativeRosterInputs | undefined,
  { wishes }: NativeRosterInputs,
): NativeWish[] {
  const known = new Set(before?.natives.map(pathOf));
  return wishes.filter(
    (wish) =>
      !known.has(pathOf(wish)) && (before?.storagesOnly !== true || wish.kind === "storage"),
  );
}

/** The first node of the file is believed in any case, others only as members. Nothing when nobody answers. */
async function seen(
  wishes: readonly NativeWish[],
  { connections }: NativeRosterInputs,
  context: Context,
): Promise<Lists | undefined> {
  if (wishes.length === 0) {
    return new Map();
  }
  const [first, ...others] = connections;
  const seenBy = (connection: SshConnection, member: boolean): Promise<Lists> => {
    const host = context.host(connection);
    return host.once("natives", async () => {
      const { parts, read } = listsLook(wishes, member);
      return read(
        await ask(host, parts, {
          verb: VERB,
          timeoutMs: LOOK_MS,
          tried: `to ${VERB}`,
          doNext: DO_NEXT,
        }),
      );
    });
  };
  if (first === undefined) {
    return undefined;
  }
  try {
    return await seenBy(first, false);
  } catch {
    return await Promise.any(others.map((one) => seenBy(one, true))).catch(() => undefined);
  }
}

/** Only where no member answered before: the program has already declared these as not there. */
async function lookAgain(
  { cluster }: NativeRosterState,
  context: Context,
  inputs: NativeRosterInputs | undefined,
): Promise<Nothing> {
  const [first] = inputs?.connections ?? [];
  if (inputs === undefined || first === undefined || inputs.unseen.length === 0) {
    return {};
  }
  const purpose = {
    tried: `to learn what of the stack file the cluster ${cluster} has already`,
    node: first.node,
    doNext: DO_NEXT,
  };
  const host = context.host(first);
  const { parts, read } = listsLook(inputs.unseen, false);
  const script = scriptOf(parts);
  const result = await poll(
    () => host.run(script, { timeoutMs: LOOK_MS, repeatable: true, verb: VERB }),
    ({ status }) => status === 0,
    { deadlineMs: AGAIN_MS, firstDelayMs: 2_000, factor: 1, longestDelayMs: 2_000 },
    (last) =>
      new Failure("failed", {
        tried: purpose.tried,
        where: first.node,
        cameBack: endOfOutput(last),
        doNext: DO_NEXT,
      }),
    context.clock,
    context.cancellation.signal,
  );
  const found = presentOf(inputs.unseen, read(answersOf(parts, result, purpose)));
  if (found.length > 0) {
    throw new Failure("refused", {
      tried: purpose.tried,
      where: first.node,
      cameBack: `refused: it did not answer at first, and now this is there: ${found.map(titleOf).join(", ")}`,
      doNext: "Nothing was changed. Run `pulumi up` again: what is there and equal is taken over.",
    });
  }
  return {};
}
