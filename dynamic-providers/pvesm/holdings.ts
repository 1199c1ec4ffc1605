import { type HostShell, look } from "../shell/shell.js";
import { raw, sh } from "../transport/ssh/quoting.js";

/** What a storage holds, as far as the asked nodes can tell. */
export interface Holdings {
  readonly volumes: readonly string[];
  /** Guests whose configuration names the storage: `100 on frege`. */
  readonly guests: readonly string[];
  /** Why it is not known, for each node that could not tell. */
  readonly unseen: readonly string[];
}

export const NOTHING_HELD: Holdings = { volumes: [], guests: [], unseen: [] };

const STORAGE = "@@storage ";
const STATUS = "@@status ";
const GUESTS = "@@guests";
const PATIENCE_S = 25;

/** Lists volumes and the guests that name the storage. Bounded, because a dead server blocks whoever asks it. */
export function holdingsScript(storages: readonly string[]): string {
  return [
    "export LC_ALL=C",
    ...storages.flatMap((id) => [
      sh`printf '${raw(STORAGE)}%s\\n' ${id}`,
      sh`timeout ${PATIENCE_S} pvesm list ${id} 2>&1`,
      `printf '${STATUS}%s\\n' $?`,
      `printf '${GUESTS}\\n'`,
      sh`grep -lsE ${`^[a-z0-9]+: *((file|volume)=)?${escaped(id)}:`} /etc/pve/nodes/*/qemu-server/*.conf /etc/pve/nodes/*/lxc/*.conf || true`,
    ]),
  ].join("\n");
}

/** Reads what the script printed on one node. */
export function parseHoldings(storage: string, node: string, output: string): Holdings {
  const part = output.split(STORAGE).find((one) => one.startsWith(`${storage}\n`));
  const [listing = "", rest = ""] = part?.split(STATUS) ?? [];
  const lines = listing
    .split("\n")
    .slice(1)
    .filter((line) => line.trim() !== "");
  const [status = "", ...found] = rest.split("\n");
  const volumes = lines.flatMap((line) => {
    const [volume = ""] = line.trim().split(/\s+/);
    return volume.startsWith(`${storage}:`) ? [volume] : [];
  });
  const guests = found.flatMap((line) => {
    const [, host, guest] =
      /^\/etc\/pve\/nodes\/([^/]+)\/[^/]+\/(\d+)\.conf$/.exec(line.trim()) ?? [];
    return host === undefined || guest === undefined ? [] : [`${guest} on ${host}`];
  });
  // A definition that is not in the cluster holds nothing.
  const known = status === "0" || /storage '.*' does not exist/.test(listing);
  const said = lines.join(" ").slice(0, 200);
  return {
    volumes: known ? volumes : [],
    guests,
    unseen: known
      ? []
      : [`${node}: ${status === "124" ? `no answer within ${PATIENCE_S} s` : said || "no answer"}`],
  };
}

/** One look on one node at several storages. A node that cannot be asked is a reason, not a failure. */
export async function lookAtHoldings(
  storages: readonly string[],
  shell: HostShell,
): Promise<ReadonlyMap<string, Holdings>> {
  try {
    const said = await look(shell, {
      script: holdingsScript(storages),
      timeoutMs: 20_000 + storages.length * (PATIENCE_S + 5) * 1_000,
      verb: "look at what the storages hold",
    });
    return new Map(storages.map((id) => [id, parseHoldings(id, shell.node, said)]));
  } catch (thrown) {
    const why = thrown instanceof Error ? thrown.message.split("\n")[0] : String(thrown);
    return new Map(
      storages.map((id) => [id, { ...NOTHING_HELD, unseen: [`${shell.node}: ${why ?? ""}`] }]),
    );
  }
}

/** What several nodes saw of one storage; a shared volume is named once. */
export function together(seen: readonly Holdings[]): Holdings {
  const all = (pick: (one: Holdings) => readonly string[]): string[] =>
    [...new Set(seen.flatMap(pick))].sort();
  return {
    volumes: all((one) => one.volumes),
    guests: all((one) => one.guests),
    unseen: all((one) => one.unseen),
  };
}

function escaped(id: string): string {
  return id.replaceAll(/[.]/g, "\\.");
}
