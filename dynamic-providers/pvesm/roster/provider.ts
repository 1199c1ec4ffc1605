import { lastWords } from "../../host/shell.js";
import { defineProvider } from "../../kit/define-provider.js";
import type { Context, Host } from "../../kit/runtime.js";
import { poll } from "../../transport/base/clock.js";
import { UserError } from "../../transport/base/user-error.js";
import type { SshConnection } from "../../transport/ssh/connection.js";
import { tellConsent } from "../consent-of-run.js";
import { leavingStorages, seeHoldings } from "../leaving.js";
import { refusedRemoval } from "../removal.js";
import {
  isEmpty,
  judgeStanding,
  parseStanding,
  type StandingFacts,
  standingNames,
  standingScript,
} from "../standing.js";
import {
  type StorageRosterInputs,
  type StorageRosterState,
  storageRosterInputs,
  storageRosterState,
  type Wishes,
} from "./schema.js";

const LOOK_MS = 30_000;
/** For hosts that have only just been switched on. */
const AGAIN_MS = 80_000;
type Nothing = Readonly<Record<string, never>>;

/**
 * Asks no host anything as long as every storage stays where it is and nothing is new. When one is to go or to move, the
 * cluster is asked what it holds; of what the file names for the first time, whether it stands already. Both before anything
 * is touched, in a preview too.
 */
export const storageRoster = defineProvider<
  StorageRosterInputs,
  StorageRosterState,
  Nothing,
  never
>({
  kind: "pvesm/roster",
  schemaVersion: 1,
  inputs: storageRosterInputs,
  state: storageRosterState,
  identity: [],
  deadlineMs: 120_000,
  subject: (state) => `the list of storages of ${state.cluster}`,
  id: (inputs) => `${inputs.cluster}/storages`,
  remember: ({ wishes: _wishes, unseen: _unseen, ...state }) => state,
  observe: lookAgain,
  plan: () => [],
  async foresee(before, wanted, context) {
    tellConsent(context, wanted.consent);
    await refuseRemovals(before?.storages ?? [], wanted, context);
    const fresh = firstNamed(before, wanted);
    const facts = isEmpty(fresh) ? undefined : await seen(fresh, wanted, context);
    if (facts !== undefined) {
      const { against } = judgeStanding(fresh, facts, wanted.adopt);
      if (against !== undefined) {
        throw against;
      }
    }
  },
  async complete(before, wanted, context) {
    const fresh = firstNamed(before, wanted);
    const facts = isEmpty(fresh) ? undefined : await seen(fresh, wanted, context);
    const found = facts === undefined ? undefined : judgeStanding(fresh, facts, true).standing;
    const storages = [...(before?.standing.storages ?? []), ...(found?.storages ?? [])];
    const objects = [...(before?.standing.objects ?? []), ...(found?.objects ?? [])];
    return {
      standing: {
        storages: wanted.storages.map(({ id }) => id).filter((id) => storages.includes(id)),
        objects: (wanted.objects ?? []).filter((path) => objects.includes(path)),
      },
      ...(isEmpty(fresh) || facts !== undefined ? {} : { unseen: fresh }),
    };
  },
  apply: () => Promise.resolve(),
  outputs: () => ({}),
});

async function refuseRemovals(
  before: StorageRosterInputs["storages"],
  wanted: StorageRosterInputs,
  context: Context,
): Promise<void> {
  const leaving = leavingStorages(before, wanted.storages);
  if (leaving.length === 0) {
    return;
  }
  const held = await seeHoldings(
    leaving.map(({ storage }) => storage),
    wanted.connections,
    context,
  );
  for (const { storage, becomes } of leaving) {
    const refused = refusedRemoval(
      { ...storage, becomes },
      held(storage.id),
      wanted.consent,
      context.clock.now(),
    );
    if (refused !== undefined) {
      throw refused;
    }
  }
}

/** What the last run did not know of. An earlier program recorded storages alone, and had made all the rest itself. */
function firstNamed(
  before: StorageRosterInputs | undefined,
  { wishes }: StorageRosterInputs,
): Wishes {
  if (before === undefined) {
    return wishes;
  }
  return {
    storages: wishes.storages.filter((wish) => before.storages.every(({ id }) => id !== wish.id)),
    objects: wishes.objects.filter(({ path }) => before.objects?.includes(path) === false),
  };
}

/** The first node of the file is believed in any case, others only as members. Nothing when nobody answers. */
async function seen(
  wished: Wishes,
  { connections }: StorageRosterInputs,
  context: Context,
): Promise<StandingFacts | undefined> {
  const [first, ...others] = connections;
  const seenBy = (connection: SshConnection, member: boolean): Promise<StandingFacts> => {
    const host = context.host(connection);
    return host.once("standing", () => look(wished, member, host));
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

async function look(wished: Wishes, member: boolean, host: Host): Promise<StandingFacts> {
  const result = await ask(wished, member, host);
  if (result.status !== 0) {
    throw new Error(lastWords(result));
  }
  return parseStanding(result.stdout);
}

function ask(wished: Wishes, member: boolean, host: Host): ReturnType<Host["run"]> {
  return host.run(standingScript(wished, member), {
    timeoutMs: LOOK_MS,
    repeatable: true,
    verb: "look at what the cluster has already",
  });
}

/** Only where no member answered before: the program has already declared these things as not there. */
async function lookAgain(
  { cluster }: StorageRosterState,
  context: Context,
  inputs: StorageRosterInputs | undefined,
): Promise<Nothing> {
  const [first] = inputs?.connections ?? [];
  if (inputs === undefined || first === undefined || isEmpty(inputs.unseen)) {
    return {};
  }
  const tried = `to learn what of the stack file the cluster ${cluster} has already`;
  const host = context.host(first);
  const result = await poll(
    () => ask(inputs.unseen, false, host),
    ({ status }) => status === 0,
    { deadlineMs: AGAIN_MS, firstDelayMs: 2_000, factor: 1, longestDelayMs: 2_000 },
    (last) =>
      new UserError({
        tried,
        where: first.node,
        cameBack: lastWords(last),
        doNext: "Look at `pvesh get /storage` there, then run `pulumi up` again.",
      }),
    context.clock,
    context.cancellation.signal,
  );
  const found = standingNames(inputs.unseen, parseStanding(result.stdout));
  if (found.length > 0) {
    throw new UserError({
      tried,
      where: first.node,
      cameBack: `refused: it did not answer at first, and now this is there: ${found.join(", ")}`,
      doNext: "Nothing was changed. Run `pulumi up` again: what is there and equal is taken over.",
    });
  }
  return {};
}
