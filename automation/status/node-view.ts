import { type Neighbour, parseNeighbours } from "../../dynamic-providers/measure/cabling.js";
import {
  type MembershipFacts,
  membershipScript,
  parseMembershipFacts,
} from "../../dynamic-providers/membership/facts.js";
import { sh } from "../../dynamic-providers/transport/ssh/quoting.js";
import { LAST_DRILL_SCRIPT, type LastDrill, parseLastDrill } from "../drill/last.js";
import { type MaintenanceRecord, parseRecords, RECORDS_SCRIPT } from "../maintenance/record.js";
import { type Journal, parseJournal, READ_JOURNAL } from "../upgrade/journal.js";
import {
  type BackupStorage,
  type BackupsHeard,
  backupsScript,
  parseBackups,
} from "./backups-view.js";
import { CEPH_SCRIPT, type CephHeard, parseCeph } from "./ceph-view.js";
import { FENCER_SCRIPT, type FencerSeen, parseFencer } from "./fencing-view.js";
import { MACHINE_SCRIPT, type MachineSeen, parseMachine } from "./machine-view.js";

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
      /** Why nothing can be written in /tmp, in the words of the host; Proxmox's tools are not asked then. */
      readonly closed: string | undefined;
      /** Storage id to state, as this node sees it; undefined when Proxmox did not say it in time. */
      readonly storages: Readonly<Record<string, string>> | undefined;
      /** Lines of `ha-manager status`. */
      readonly ha: readonly string[];
      /** Loopback of a peer to the port that leads there. */
      readonly ringRoutes: Readonly<Record<string, string>>;
      /** What announces itself on the node's ports. */
      readonly neighbours: readonly Neighbour[];
      /** Nodes that somebody has taken out of service, and the host's time, in seconds since 1970. */
      readonly maintenance: readonly MaintenanceRecord[];
      readonly nowS: number;
      /** Of an upgrade that has not come to its end; absent where none is known. */
      readonly upgrade?: Journal;
      /** The last drill in which a node was lost; absent where none is known. */
      readonly lastDrill?: LastDrill;
      /** Undefined on a node that was not asked, because no fencer belongs there. */
      readonly fencer: FencerSeen | undefined;
      /** Undefined on a node that was not asked, because the file makes no Ceph. */
      readonly ceph: CephHeard | undefined;
      readonly machine: MachineSeen;
      /** Undefined on a node that was not asked, because the file has no backup job. */
      readonly backups: BackupsHeard | undefined;
    };

const MARK = "@@proxmox-ha-status@@";
/**
 * A dead storage server or a cluster without quorum must not hold up the answer for long; Proxmox's own tools take one or two
 * seconds on a host that does much else.
 */
export const TOOL_PATIENCE_S = 5;
const LATE = "@@late";
/** More than the tools' answers take. */
const ROOM_BYTES = 65_536;

/** One script a node: membership, storages, HA, Ceph, backups, the machine itself, its fencer and the way to each loopback. */
export function nodeScript(
  names: readonly string[],
  loopbacks: readonly string[],
  {
    fences = false,
    ceph = false,
    backups,
  }: {
    readonly fences?: boolean;
    readonly ceph?: boolean;
    /** The node that is asked, by its name, and where backups are. */
    readonly backups?: { readonly node: string; readonly storages: readonly BackupStorage[] };
  } = {},
): string {
  return [
    "a=; b=; c=; f=; closed=; e=; d=$(mktemp -d 2>&1) && trap 'rm -rf \"$d\"' EXIT &&",
    `e=$({ head -c ${ROOM_BYTES} /dev/zero > "$d/room" && rm "$d/room"; } 2>&1) || closed=\${e:-$d}`,
    // The questions that may take long run beside each other.
    `ask() { timeout ${TOOL_PATIENCE_S} "$2" status > "$d/$1" 2>/dev/null; test $? != 124 || echo ${LATE} > "$d/$1"; }`,
    'if [ -z "$closed" ]; then ask storages pvesm & a=$!; ask ha ha-manager & b=$!; fi',
    ...(ceph
      ? [
          sh`if [ -z "$closed" ]; then timeout ${TOOL_PATIENCE_S} sh -c ${CEPH_SCRIPT} > "$d/ceph" & c=$!; fi`,
        ]
      : []),
    ...(backups === undefined
      ? []
      : [
          sh`if [ -z "$closed" ]; then sh -c ${backupsScript(backups.node, backups.storages, TOOL_PATIENCE_S)} > "$d/backups" & f=$!; fi`,
        ]),
    membershipScript(names),
    `printf '\\n${MARK}machine\\n'`,
    MACHINE_SCRIPT,
    "wait $a $b $c $f",
    `printf '\\n${MARK}closed\\n%s\\n' "$closed"`,
    `printf '\\n${MARK}storages\\n'; test -n "$closed" || cat "$d/storages"`,
    `printf '\\n${MARK}ha\\n'; test -n "$closed" || cat "$d/ha"`,
    `printf '\\n${MARK}neighbours\\n'; timeout ${TOOL_PATIENCE_S} lldpcli -f json0 show neighbors 2>/dev/null`,
    `printf '\\n${MARK}maintenance\\n'; date +%s; ${RECORDS_SCRIPT}`,
    `printf '\\n${MARK}drill\\n'; ${LAST_DRILL_SCRIPT}`,
    `printf '\\n${MARK}upgrade\\n'; ${READ_JOURNAL} 2>/dev/null`,
    ...(ceph ? [`printf '\\n${MARK}ceph\\n'; test -n "$closed" || cat "$d/ceph"`] : []),
    ...(backups === undefined
      ? []
      : [`printf '\\n${MARK}backups\\n'; test -n "$closed" || cat "$d/backups"`]),
    ...(fences ? [`printf '\\n${MARK}fencer\\n'; ${FENCER_SCRIPT}`] : []),
    `printf '\\n${MARK}routes\\n'`,
    ...loopbacks.map((address) => sh`ip -o route get ${address} 2>/dev/null | head -n 1`),
  ].join("\n");
}

/** Reads what the script printed. */
export function parseNodeView(node: string, address: string, output: string): NodeView {
  const [membership = "", ...rest] = output.split(`\n${MARK}`);
  const part = (name: string): string =>
    rest.find((chunk) => chunk.startsWith(`${name}\n`))?.slice(name.length + 1) ?? "";
  const closed = part("closed").trim().split(": ").at(-1) || undefined;
  const lastDrill = parseLastDrill(part("drill"));
  const upgrade = parseJournal(part("upgrade"));
  return {
    node,
    address,
    reachable: true,
    ...(lastDrill === undefined ? {} : { lastDrill }),
    ...(upgrade === undefined ? {} : { upgrade }),
    closed,
    membership: parseMembershipFacts(membership),
    storages:
      closed !== undefined || part("storages").trim() === LATE
        ? undefined
        : storageStates(part("storages")),
    ha:
      closed !== undefined
        ? [`${node} could not be asked: nothing can be written in its /tmp (${closed})`]
        : part("ha").trim() === LATE
          ? [`${node} did not tell within ${TOOL_PATIENCE_S} s`]
          : part("ha")
              .split("\n")
              .map((line) => line.trim())
              .filter((line) => line !== ""),
    neighbours: parseNeighbours(part("neighbours")),
    maintenance: parseRecords(part("maintenance")),
    nowS: Number(part("maintenance").split("\n")[0] ?? "0"),
    ceph: output.includes(`\n${MARK}ceph\n`) ? parseCeph(node, part("ceph")) : undefined,
    machine: parseMachine(`\n${part("machine")}`),
    backups: output.includes(`\n${MARK}backups\n`)
      ? parseBackups(node, `\n${part("backups")}`)
      : undefined,
    fencer: part("fencer").trim() === "" ? undefined : parseFencer(node, part("fencer")),
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
