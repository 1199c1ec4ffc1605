import type { Context } from "../kit/runtime.js";
import type { Verdict } from "../native/native-kind.js";
import type { Native } from "../native/native-schema.js";
import type { SshConnection } from "../transport/ssh/connection.js";
import { lookAtHoldings, NOTHING_HELD, together } from "./holdings.js";
import { refusedRemoval } from "./removal.js";

/** Asks one node about what all share, and every node that uses it about the rest. */
export async function storagesHold(
  storages: readonly Native[],
  connections: readonly SshConnection[],
  context: Pick<Context, "host">,
): Promise<Verdict> {
  const asked = connections.map((connection) => ({
    connection,
    ids: storages
      .filter((storage) => askedFor(storage, connections).includes(connection.node))
      .map(({ name }) => name),
  }));
  const seen = await Promise.all(
    asked
      .filter(({ ids }) => ids.length > 0)
      .map(({ connection, ids }) => lookAtHoldings(ids, context.host(connection))),
  );
  return ({ native: { name: id, place = "" }, becomes }, consent, nowMs) => {
    const held = together(seen.map((one) => one.get(id) ?? NOTHING_HELD));
    return refusedRemoval({ id, place, becomes }, held, consent, nowMs);
  };
}

function askedFor(storage: Native, connections: readonly SshConnection[]): string[] {
  const users = connections
    .map(({ node }) => node)
    .filter((node) => storage.nodes?.includes(node) ?? true);
  // Where none of its nodes is left, any other can still tell which guests name it.
  const able = users.length > 0 ? users : connections.map(({ node }) => node);
  return storage.shared === true ? able.slice(0, 1) : able;
}
