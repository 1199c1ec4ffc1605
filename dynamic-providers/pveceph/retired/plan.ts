import type { Change } from "../../kit/change.js";
import type { DaemonRow } from "../daemons.js";
import type { RetiredDaemon, RetiredDaemonsInputs } from "./schema.js";

export interface RetiredFacts {
  /** All daemons of each kind, as the cluster knows them. */
  readonly rows: Readonly<Record<RetiredDaemon["role"], readonly DaemonRow[]>>;
  /** Nodes that answer as members. */
  readonly online: readonly string[];
}

export function planRetired(
  wanted: RetiredDaemonsInputs | undefined,
  facts: RetiredFacts,
): Change<RetiredDaemon>[] {
  return (wanted?.daemons ?? []).flatMap((daemon): Change<RetiredDaemon>[] => {
    const found = facts.rows[daemon.role].find(({ name }) => name === daemon.node);
    return found === undefined || isTrace(daemon, found, facts)
      ? []
      : [
          {
            kind: "remove",
            path: `${daemon.role} of ${daemon.node}`,
            from: found.state,
            to: "gone",
            consent: daemon.consent,
            step: daemon,
          },
        ];
  });
}

/** What `ceph mon remove` leaves of a lost host's monitor: lines of ceph.conf, which nobody needs. */
function isTrace({ role, node }: RetiredDaemon, found: DaemonRow, facts: RetiredFacts): boolean {
  return role === "monitor" && found.rank === undefined && !facts.online.includes(node);
}

/** Why a daemon must not go now, in words; undefined when it may. */
export function against(
  { role, node }: Pick<RetiredDaemon, "role" | "node">,
  rows: readonly DaemonRow[],
): string | undefined {
  const others = rows.filter(
    ({ name, rank }) => name !== node && (role !== "monitor" || rank !== undefined),
  );
  switch (role) {
    case "monitor": {
      const inQuorum = others.filter(({ quorum }) => quorum);
      return 2 * inQuorum.length > others.length
        ? undefined
        : `of the ${others.length} other monitors ${inQuorum.length} are in the quorum, which is no majority`;
    }
    case "manager":
      return others.some(({ state }) => ["active", "standby"].includes(state))
        ? undefined
        : "no other manager is there to take over";
    case "metadata server": {
      const mine = rows.find(({ name }) => name === node);
      const serves = mine?.state.startsWith("up:") === true && mine.state !== "up:standby";
      return !serves || others.some(({ state }) => state.startsWith("up:standby"))
        ? undefined
        : `it is ${mine.state}, and no other one stands by to take over`;
    }
  }
}
