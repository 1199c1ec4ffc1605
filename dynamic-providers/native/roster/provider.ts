import { Failure } from "../../../config/failure/failure.js";
import { lastWords } from "../../host/shell.js";
import { defineProvider } from "../../kit/define-provider.js";
import { told } from "../../kit/outputs.js";
import type { Context, Host } from "../../kit/runtime.js";
import { poll } from "../../transport/base/clock.js";
import type { SshConnection } from "../../transport/ssh/connection.js";
import { tellConsent } from "../consent-of-run.js";
import { leavingNatives, refuseWhileHeld } from "../leaving.js";
import { type Lists, listsScript, parseLists, presentOf, refusedTakingOver } from "../lists.js";
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
/** For hosts that have only just been switched on. */
const AGAIN_MS = 80_000;
type Nothing = Readonly<Record<string, never>>;

/**
 * Asks no host anything as long as every native stays where it is and nothing is new. When one is to go or to move, the
 * cluster is asked what it holds; of what the file names for the first time, whether it is there already. Both before anything
 * is touched, in a preview too.
 */
export const nativeRoster = defineProvider<NativeRosterInputs, NativeRosterState, Nothing, never>({
  kind: "native/roster",
  schemaVersion: 2,
  migrations: { 1: rosterFromVersion1 },
  inputs: nativeRosterInputs,
  state: nativeRosterState,
  recordsOnly: true,
  identity: [],
  deadlineMs: 120_000,
  subject: (state) => `the list of what the native provider makes on ${state.cluster}`,
  id: (inputs) => `${inputs.cluster}/storages`,
  remember: ({ wishes: _wishes, unseen: _unseen, ...state }) => state,
  observe: lookAgain,
  plan: () => [],
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
  apply: () => Promise.resolve(),
  outputs: told(nativeRosterOutputs, (_facts, { takenOver }) => ({ takenOver })),
});

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
    return host.once("natives", () => look(wishes, member, host));
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

async function look(wishes: readonly NativeWish[], member: boolean, host: Host): Promise<Lists> {
  const result = await ask(wishes, member, host);
  if (result.status !== 0) {
    throw new Error(lastWords(result));
  }
  return parseLists(result.stdout);
}

function ask(wishes: readonly NativeWish[], member: boolean, host: Host): ReturnType<Host["run"]> {
  return host.run(listsScript(wishes, member), {
    timeoutMs: LOOK_MS,
    repeatable: true,
    verb: "look at what the cluster has already",
  });
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
  const tried = `to learn what of the stack file the cluster ${cluster} has already`;
  const host = context.host(first);
  const result = await poll(
    () => ask(inputs.unseen, false, host),
    ({ status }) => status === 0,
    { deadlineMs: AGAIN_MS, firstDelayMs: 2_000, factor: 1, longestDelayMs: 2_000 },
    (last) =>
      new Failure("failed", {
        tried,
        where: first.node,
        cameBack: lastWords(last),
        doNext: "Look at `pvesh get /storage` there, then run `pulumi up` again.",
      }),
    context.clock,
    context.cancellation.signal,
  );
  const found = presentOf(inputs.unseen, parseLists(result.stdout));
  if (found.length > 0) {
    throw new Failure("refused", {
      tried,
      where: first.node,
      cameBack: `refused: it did not answer at first, and now this is there: ${found.map(titleOf).join(", ")}`,
      doNext: "Nothing was changed. Run `pulumi up` again: what is there and equal is taken over.",
    });
  }
  return {};
}
