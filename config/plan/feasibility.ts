import type { ClusterSpec } from "../schema/cluster.js";
import type { CephPlan } from "./ceph.js";
import type { HaPlan, PlacementPlan } from "./ha.js";
import type { NodePlan } from "./nodes.js";
import { cephStorageIds, type StoragePlan } from "./storage.js";

export type Obstacle = "rule" | "storage" | "memory";

export interface FeasibilityFinding {
  readonly severity: "error" | "warning";
  readonly obstacle: Obstacle;
  /** The node whose loss is looked at; absent when the trouble is there with all nodes up. */
  readonly lost?: string;
  /** `vm:101 (talos-cp-01)`, or the id alone for a guest that the file only places. */
  readonly guest: string;
  readonly message: string;
}

export interface LossPlan {
  readonly lost: string;
  /** Guests of the lost node and the node that would take each. */
  readonly moves: Readonly<Record<string, string>>;
  /** Guests under HA that no other node can take. */
  readonly homeless: readonly string[];
  /** Guests that are not under HA: they wait for their node, by the file's own choice. */
  readonly waiting: readonly string[];
}

export interface FeasibilityPlan {
  readonly losses: readonly LossPlan[];
  readonly findings: readonly FeasibilityFinding[];
}

interface Guest {
  readonly sid: string;
  readonly label: string;
  readonly node: string;
  readonly memory: number;
  readonly storages: readonly string[];
  readonly underHa: boolean;
  readonly placement: PlacementPlan | undefined;
}

interface StorageReach {
  readonly shared: boolean;
  readonly nodes?: readonly string[];
}

interface World {
  readonly nodes: readonly NodePlan[];
  readonly guests: readonly Guest[];
  readonly storages: ReadonlyMap<string, StorageReach>;
  readonly ceph: CephPlan | undefined;
}

/** Who would run where if any single node were gone: by rule, by storage, by memory, in this order. */
export function planFeasibility(
  spec: ClusterSpec,
  nodes: readonly NodePlan[],
  ha: HaPlan,
  storages: readonly StoragePlan[],
  ceph: CephPlan | undefined,
): FeasibilityPlan {
  const world: World = {
    nodes,
    guests: guestsOf(spec, ha),
    storages: new Map<string, StorageReach>([
      ...storages.map((one): [string, StorageReach] => [one.id, one]),
      ...cephStorageIds(spec).map((id): [string, StorageReach] => [id, { shared: true }]),
    ]),
    ceph,
  };
  const losses = nodes.map((node) => loseNode(world, node.name));
  return {
    losses: losses.map(({ plan }) => plan),
    findings: [
      ...overcommitted(world),
      ...placedWithoutRoom(world, ha),
      ...losses.flatMap(({ findings }) => findings),
    ],
  };
}

function guestsOf(spec: ClusterSpec, ha: HaPlan): Guest[] {
  return Object.entries(spec.guests)
    .map(([name, guest]): Guest => {
      const sid = `${guest.kind === "vm" ? "vm" : "ct"}:${guest.id}`;
      return {
        sid,
        label: `${sid} (${name})`,
        node: guest.node,
        memory: guest.memory,
        storages: [...new Set(guest.disks.map((disk) => disk.storage))].sort(),
        underHa: guest.ha !== undefined,
        placement: ha.placements.find((one) => one.resources.includes(sid)),
      };
    })
    .sort((a, b) => b.memory - a.memory || (a.sid < b.sid ? -1 : 1));
}

/** Memory for guests: what is installed less the host's reserve and Ceph's daemons; undefined when not known. */
export function guestMemory(node: NodePlan, ceph: CephPlan | undefined): number | undefined {
  const { memory, reserve } = node.hardware;
  return memory === undefined
    ? undefined
    : memory - reserve.memory - (ceph?.memoryBytes[node.name] ?? 0);
}

function overcommitted(world: World): FeasibilityFinding[] {
  return world.nodes.flatMap((node): FeasibilityFinding[] => {
    const room = guestMemory(node, world.ceph);
    const here = world.guests.filter((guest) => guest.node === node.name);
    const used = here.reduce((sum, guest) => sum + guest.memory, 0);
    const last = here.at(-1);
    return room === undefined || used <= room || last === undefined
      ? []
      : [
          {
            severity: "error",
            obstacle: "memory",
            guest: last.label,
            message: `${node.name} has ${gib(room)} for guests and is given ${gib(used)} of them; move one to another node or give it less memory`,
          },
        ];
  });
}

/** A strict placement of one node has nowhere to go by its own words, whether its guests are known here or not. */
function placedWithoutRoom(world: World, ha: HaPlan): FeasibilityFinding[] {
  const known = new Set(world.guests.map((guest) => guest.sid));
  return ha.placements
    .filter((one) => one.strict && Object.keys(one.nodes).length < 2)
    .flatMap((one) =>
      one.resources
        .filter((sid) => !known.has(sid))
        .map((sid): FeasibilityFinding => {
          const only = Object.keys(one.nodes)[0] ?? "";
          return {
            severity: "warning",
            obstacle: "rule",
            lost: only,
            guest: sid,
            message: `placement ${one.name} binds ${sid} to ${only} alone, so it stays down while ${only} is`,
          };
        }),
    );
}

function loseNode(world: World, lost: string): { plan: LossPlan; findings: FeasibilityFinding[] } {
  const survivors = world.nodes.filter((node) => node.name !== lost);
  const room = new Map(survivors.map((node) => [node.name, roomWith(world, node)]));
  const moves: Record<string, string> = {};
  const findings: FeasibilityFinding[] = [];
  // Largest first: the way to pack that finds a home for all where a simple one can.
  const affected = world.guests.filter((one) => one.node === lost);
  for (const guest of affected.filter((one) => one.underHa)) {
    const verdict = homeOf(world, guest, survivors, room);
    if (verdict.kind === "home") {
      moves[guest.sid] = verdict.node;
      room.set(verdict.node, (room.get(verdict.node) ?? 0) - guest.memory);
    } else {
      findings.push({
        severity:
          verdict.obstacle === "memory" || verdict.obstacle === "storage" ? "error" : "warning",
        obstacle: verdict.obstacle,
        lost,
        guest: guest.label,
        message: verdict.message,
      });
    }
  }
  const homeless = findings.map((finding) => finding.guest);
  const waiting = affected.filter((one) => !one.underHa).map((one) => one.label);
  return { plan: { lost, moves, homeless, waiting }, findings };
}

function roomWith(world: World, node: NodePlan): number {
  const room = guestMemory(node, world.ceph) ?? Number.POSITIVE_INFINITY;
  const here = world.guests.filter((guest) => guest.node === node.name);
  return room - here.reduce((sum, guest) => sum + guest.memory, 0);
}

type Verdict =
  | { readonly kind: "home"; readonly node: string }
  | { readonly kind: "none"; readonly obstacle: Obstacle; readonly message: string };

function homeOf(
  world: World,
  guest: Guest,
  survivors: readonly NodePlan[],
  room: ReadonlyMap<string, number>,
): Verdict {
  const none = (obstacle: Obstacle, message: string): Verdict => ({
    kind: "none",
    obstacle,
    message,
  });
  const { placement } = guest;
  const allowed = survivors.filter(
    (node) => placement?.strict !== true || placement.nodes[node.name] !== undefined,
  );
  if (allowed.length === 0) {
    return none(
      "rule",
      `placement ${placement?.name ?? ""} allows ${guest.label} on no other node than ${guest.node}`,
    );
  }
  const reachable = allowed.filter((node) =>
    guest.storages.every((storage) => usableOn(world, storage, node.name)),
  );
  if (reachable.length === 0) {
    return none(
      "storage",
      `no other node sees all disks of ${guest.label} (${guest.storages.join(", ")}); put them on shared storage or take it out of HA`,
    );
  }
  const best = [...reachable]
    .filter((node) => (room.get(node.name) ?? 0) >= guest.memory)
    .sort(
      (a, b) =>
        (placement?.nodes[b.name] ?? -1) - (placement?.nodes[a.name] ?? -1) ||
        (room.get(b.name) ?? 0) - (room.get(a.name) ?? 0) ||
        a.order - b.order,
    )[0];
  return best === undefined
    ? none(
        "memory",
        `without ${guest.node} no node that may run ${guest.label} has ${gib(guest.memory)} left`,
      )
    : { kind: "home", node: best.name };
}

/** A storage that the file does not know, such as `local-lvm`, is one of the installer's: local. */
function usableOn(world: World, storage: string, node: string): boolean {
  const one = world.storages.get(storage);
  return one?.shared === true && (one.nodes === undefined || one.nodes.includes(node));
}

function gib(bytes: number): string {
  return `${Math.round((bytes / 2 ** 30) * 10) / 10} GiB`;
}
