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
      readonly why: string;
    }
  | {
      readonly node: string;
      readonly address: string;
      readonly reachable: true;
      readonly membership: MembershipFacts;
      /** Storage id to state, as this node sees it. */
      readonly storages: Readonly<Record<string, string>>;
      /** Lines of `ha-manager status`. */
      readonly ha: readonly string[];
      /** Loopback of a peer to the port that leads there. */
      readonly ringRoutes: Readonly<Record<string, string>>;
      /** What announces itself on the node's ports. */
      readonly neighbours: readonly Neighbour[];
    };

const MARK = "@@proxmox-ha-status@@";
/** A dead storage server or a cluster without quorum must not hold up the answer. */
const PATIENCE_S = 2;

/** One script a node: membership, storages, HA and the way to each loopback. */
export function nodeScript(names: readonly string[], loopbacks: readonly string[]): string {
  return [
    // The three questions that may take long run beside each other.
    "d=$(mktemp -d) && trap 'rm -rf \"$d\"' EXIT",
    `timeout ${PATIENCE_S} pvesm status > "$d/storages" 2>/dev/null & a=$!`,
    `timeout ${PATIENCE_S} ha-manager status > "$d/ha" 2>/dev/null & b=$!`,
    membershipScript(names),
    "wait $a $b",
    `printf '\\n${MARK}storages\\n'; cat "$d/storages"`,
    `printf '\\n${MARK}ha\\n'; cat "$d/ha"`,
    `printf '\\n${MARK}neighbours\\n'; timeout ${PATIENCE_S} lldpcli -f json0 show neighbors 2>/dev/null`,
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
    storages: Object.fromEntries(
      part("storages")
        .split("\n")
        .slice(1)
        .flatMap((row) => {
          const [id, , state] = row.trim().split(/\s+/);
          return id !== undefined && state !== undefined && id !== "" ? [[id, state] as const] : [];
        }),
    ),
    ha: part("ha")
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
