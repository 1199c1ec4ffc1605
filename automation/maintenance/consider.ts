import { list } from "../../config/findings/enumeration.js";
import type { ClusterPlan } from "../../config/plan/index.js";
import {
  againstByCeph,
  againstByMembers,
  type FenceSight,
  lostWith,
  type NodeLook,
  underWay,
} from "../fence/sight.js";
import type { Inventory } from "./inventory.js";
import type { Move } from "./moves.js";
import type { MaintenanceRecord } from "./record.js";

export interface Picture {
  readonly sight: FenceSight;
  readonly seen: NodeLook;
  readonly inventory: Inventory;
  readonly moves: readonly Move[];
  readonly records: readonly MaintenanceRecord[];
}

/** What stands against taking a node out of service; one is enough. */
export function objectionsTo(
  plan: Pick<ClusterPlan, "feasibility">,
  node: string,
  { sight, seen, inventory, moves, records }: Picture,
): string[] {
  const { view, witness, ha, drills } = sight;
  if (witness === undefined) {
    return ["no node that answers has quorum"];
  }
  const { stranded } = lostWith(plan, sight, node);
  const other = records.filter((one) => one.node !== node);
  return [
    ...againstByMembers(view, witness, node),
    ...(ha.known ? [] : ["what HA looks after is not known: it did not tell"]),
    ...againstByCeph(seen.ceph),
    ...(seen.guests.kind === "running" ? [] : [`which guests run on ${node} is not known`]),
    ...other.map((one) => `${one.node} is in maintenance already`),
    ...drills.map(({ drill, node: of }) => `a drill (${drill} of ${of}) was not restored`),
    ...underWay(sight).map((what) => `${what} now`),
    ...(stranded.length === 0 ? [] : [`${list(stranded)} cannot run on any other node`]),
    ...containersOf(inventory, node),
    ...withoutRoom(moves),
  ];
}

/** A container moves by being stopped, which nobody has agreed to. */
function containersOf({ guests }: Inventory, node: string): string[] {
  return guests.flatMap(({ node: home, kind, id, managed, running }) =>
    home === node && kind === "container" && !managed && running
      ? [
          `container ${id} is not under HA, and moves only by a restart: \`pct migrate ${id} NODE --restart\` when it suits, or \`pct shutdown ${id}\``,
        ]
      : [],
  );
}

function withoutRoom(moves: readonly Move[]): string[] {
  return moves.flatMap(({ guest, to, bytes, most }) =>
    to === undefined
      ? [
          `no other node has room for guest ${guest}: it has ${gib(bytes)} of memory, and the most that is free elsewhere after the others is ${gib(most)}`,
        ]
      : [],
  );
}

const gib = (bytes: number): string => `${(bytes / 2 ** 30).toFixed(1)} GiB`;

/** What will happen, for a person who has to agree. */
export function effectsOf(
  node: string,
  { sight, moves }: Pick<Picture, "sight" | "moves">,
  { hours, ceph }: { readonly hours: number; readonly ceph: boolean },
): string[] {
  const byHa = moves.filter(({ managed }) => managed).map(({ guest }) => String(guest));
  const own = moves.filter(({ managed }) => !managed);
  return [
    ...(byHa.length === 0
      ? ["HA has no running guest there"]
      : [`HA moves ${list(byHa)} to other nodes while they run`]),
    ...own.map(
      ({ guest, to }) =>
        `guest ${guest}, which is not under HA, is moved to ${to} while it runs, and back at the end`,
    ),
    ...(ceph ? [`Ceph keeps the OSDs of ${node} in (noout for this node alone)`] : []),
    ...(sight.ha.master === node ? [`${node} is the HA master: another node takes that over`] : []),
    `the fencers leave ${node} alone while HA has nothing on it`,
    `after ${hours} h it counts as forgotten: \`status\` says so, root gets a mail${ceph ? ", and Ceph judges its OSDs as ever" : ""}`,
  ];
}
