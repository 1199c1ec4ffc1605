import type { Context } from "../kit/runtime.js";
import type { SshConnection } from "../transport/ssh/connection.js";
import { consentNow } from "./consent-of-run.js";
import { type Holdings, lookAtHoldings, NOTHING_HELD, together } from "./holdings.js";
import { refusedRemoval } from "./removal.js";
import type { ListedStorage } from "./roster/schema.js";

/** Storages that were there and are no more, or stand at another place now. */
export function leavingStorages(
  before: readonly ListedStorage[],
  wanted: readonly ListedStorage[],
): { readonly storage: ListedStorage; readonly becomes: string | undefined }[] {
  return before.flatMap((storage) => {
    const now = wanted.find(({ id }) => id === storage.id);
    return now?.place === storage.place ? [] : [{ storage, becomes: now?.place }];
  });
}

/** Asks one node about what all share, and every node that uses it about the rest. */
export async function seeHoldings(
  storages: readonly ListedStorage[],
  connections: readonly SshConnection[],
  context: Pick<Context, "host">,
): Promise<(id: string) => Holdings> {
  const asked = connections.map((connection) => ({
    connection,
    ids: storages
      .filter((storage) => askedFor(storage, connections).includes(connection.node))
      .map(({ id }) => id),
  }));
  const seen = await Promise.all(
    asked
      .filter(({ ids }) => ids.length > 0)
      .map(({ connection, ids }) => lookAtHoldings(ids, context.host(connection))),
  );
  return (id) => together(seen.map((one) => one.get(id) ?? NOTHING_HELD));
}

/** The last look, at the moment of removal. Throws when the storage must stay. */
export async function refuseWhileHeld(
  storage: ListedStorage,
  connections: readonly SshConnection[],
  recorded: Readonly<Record<string, string>>,
  context: Context,
): Promise<void> {
  const held = await seeHoldings([storage], connections, context);
  const consent = consentNow(context, recorded);
  const refused = refusedRemoval(storage, held(storage.id), consent, context.clock.now());
  if (refused !== undefined) {
    throw refused;
  }
}

function askedFor(storage: ListedStorage, connections: readonly SshConnection[]): string[] {
  const users = connections
    .map(({ node }) => node)
    .filter((node) => storage.nodes?.includes(node) ?? true);
  // Where none of its nodes is left, any other can still tell which guests name it.
  const able = users.length > 0 ? users : connections.map(({ node }) => node);
  return storage.shared ? able.slice(0, 1) : able;
}
