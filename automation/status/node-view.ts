import { type Neighbour, parseNeighbours } from "../../dynamic-providers/host/cabling.js";
import {
  type MembershipFacts,
  membershipScript,
  parseMembershipFacts,
} from "../../dynamic-providers/pvecm/membership-facts.js";

/** What one node says about the cluster, or why it says nothing. */
export type NodeView =
  | {
      readonly node: string;
      readonly address: string;
      readonly reachable: false;
      /** It took the connection and did not answer in time, as a host does that has too much to do. */
      readonly late: boolean;
      readonly why: string;
    }
  | {
      readonly node: string;
      readonly address: string;
      readonly reachable: true;
      readonly membership: MembershipFacts;
      /** Storage id to state, as this node sees it; undefined when Proxmox did not say it in time. */
      readonly storages: Readonly<Record<string, string>> | undefined;
      /** Lines of `ha-manager status`. */
      readonly ha: readonly string[];
      /** Loopback of a peer to the port that leads there. */
      readonly ringRoutes: Readonly<Record<string, string>>;
      /** What announces itself on the node's ports. */
      readonly neighbours: readonly Neighbour[];
    };

const MARK = "@@proxmox-ha-status@@";
/**
 * A dead storage server or a cluster without quorum must not hold up the answer for long; Proxmox's own tools take one or two
 * seconds on a host that does much else.
 */
export const TOOL_PATIENCE_S = 5;
const LATE = "@@late";

/** One script a node: membership, storages, HA and the way to each loopback. */
export function nodeScript(names: readonly string[], loopbacks: readonly string[]): string {
  return [
    // The three questions that may take long run beside each other.
    "d=$(mktemp -d) && trap 'rm -rf \"$d\"' EXIT",
    `ask() { timeout ${TOOL_PATIENCE_S} "$2" status > "$d/$1" 2>/dev/null; test $? != 124 || echo ${LATE} > "$d/$1"; }`,
    "ask storages pvesm & a=$!",
    "ask ha ha-manager & b=$!",
    membershipScript(names),
    "wait $a $b",
    `printf '\\n${MARK}storages\\n'; cat "$d/storages"`,
    `printf '\\n${MARK}ha\\n'; cat "$d/ha"`,
    `printf '\\n${MARK}neighbours\\n'; timeout ${TOOL_PATIENCE_S} lldpcli -f json0 show neighbors 2>/dev/null`,
    `printf '\\n${MARK}routes\\n'`,
    ...loopbacks.map((address) => `ip -o route get ${address} 2>/dev/null | head -n 1`),
  ].join("\n");
}

/** Reads what the script printed. */
export function parseNodeView(node: string, address: string, output: string): NodeView {
  const [membership = "", ...rest] = output.split(`\n${MARK}`);
  const part = (name: string): string =>
    rest.find((chunk) => chunk.startsWith(`${name}\n`))?.slice(name.length + 1) ?? "";
  return {
    node,
    address,
    reachable: true,
    membership: parseMembershipFacts(membership),
    storages: part("storages").trim() === LATE ? undefined : storageStates(part("storages")),
    ha:
      part("ha").trim() === LATE
        ? [`${node} did not tell within ${TOOL_PATIENCE_S} s`]
        : part("ha")
            .split("\n")
            .map((line) => line.trim())
            .filter((line) => line !== ""),
    neighbours: parseNeighbours(part("neighbours")),
    ringRoutes: Object.fromEntries(
      part("routes")
        .split("\n")
        .flatMap((row) => {
          const [to] = row.trim().split(/\s+/);
          const device = /\bdev (\S+)/.exec(row)?.[1];
          return to !== undefined && device !== undefined ? [[to, device] as const] : [];
        }),
    ),
  };
}

function storageStates(text: string): Record<string, string> {
  return Object.fromEntries(
    text
      .split("\n")
      .slice(1)
      .flatMap((row) => {
        const [id, , state] = row.trim().split(/\s+/);
        return id !== undefined && state !== undefined && id !== "" ? [[id, state] as const] : [];
      }),
  );
}
