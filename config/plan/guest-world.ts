import { list } from "../findings/enumeration.js";
import { gib } from "../findings/figures.js";
import type { ClusterSpec } from "../schema/cluster.js";
import type { CephPlan } from "./ceph.js";
import type { HaPlan, HaRulePlan, PlacementPlan } from "./ha.js";
import { memoryBudget } from "./memory.js";
import type { NodePlan } from "./nodes.js";
import { cephStorageIds, type StoragePlan } from "./storage.js";

export type Obstacle = "rule" | "storage" | "memory";

/** A guest of the file, as far as its place matters. */
export interface PlacedGuest {
  readonly sid: string;
  /** `vm:101 (talos-cp-01)`. */
  readonly label: string;
  /** Node on which the file makes it. */
  readonly node: string;
  readonly memory: number;
  readonly storages: readonly string[];
  readonly underHa: boolean;
  readonly placement: PlacementPlan | undefined;
}

export type AffinityRule = Extract<HaRulePlan, { type: "resource-affinity" }>;

interface StorageReach {
  readonly shared: boolean;
  readonly nodes?: readonly string[];
}

/** What decides where a guest can run. */
export interface GuestWorld {
  readonly nodes: readonly NodePlan[];
  /** Largest first: the way to pack that finds a home for all where a simple one can. */
  readonly guests: readonly PlacedGuest[];
  readonly apart: readonly AffinityRule[];
  readonly together: readonly AffinityRule[];
  /** Bytes for guests by node; endless where nobody knows what is installed. */
  readonly room: Readonly<Record<string, number>>;
  readonly storages: ReadonlyMap<string, StorageReach>;
}

export function guestWorld(
  spec: ClusterSpec,
  nodes: readonly NodePlan[],
  ha: HaPlan,
  storages: readonly StoragePlan[],
  ceph: CephPlan | undefined,
): GuestWorld {
  const between = ha.rules.filter((rule) => rule.type === "resource-affinity");
  return {
    nodes,
    guests: guestsOf(spec, ha),
    apart: between.filter(({ affinity }) => affinity === "negative"),
    together: between.filter(({ affinity }) => affinity === "positive"),
    room: Object.fromEntries(
      nodes.map((node) => [
        node.name,
        memoryBudget(spec, node, ceph)?.forGuests ?? Number.POSITIVE_INFINITY,
      ]),
    ),
    storages: new Map<string, StorageReach>([
      ...storages.map((one): [string, StorageReach] => [one.id, one]),
      ...cephStorageIds(spec).map((id): [string, StorageReach] => [id, { shared: true }]),
    ]),
  };
}

function guestsOf(spec: ClusterSpec, ha: HaPlan): PlacedGuest[] {
  return Object.entries(spec.guests)
    .map(([name, guest]): PlacedGuest => {
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

/** Guests that HA moves as one: a guest alone, or all that rules keep together. */
export function unitsOf(world: GuestWorld, guests: readonly PlacedGuest[]): PlacedGuest[][] {
  const units: PlacedGuest[][] = [];
  for (const guest of guests) {
    const near = units.filter((unit) =>
      unit.some((one) =>
        world.together.some(
          ({ resources }) => resources.includes(one.sid) && resources.includes(guest.sid),
        ),
      ),
    );
    const merged = [...near.flat(), guest];
    for (const unit of near) {
      units.splice(units.indexOf(unit), 1);
    }
    units.push(merged);
  }
  const size = (unit: readonly PlacedGuest[]): number =>
    unit.reduce((sum, { memory }) => sum + memory, 0);
  return units.sort((a, b) => size(b) - size(a));
}

/** Who runs where. */
export type Locations = ReadonlyMap<string, string>;

export function roomLeft(world: GuestWorld, locations: Locations, node: string): number {
  const used = world.guests
    .filter(({ sid }) => locations.get(sid) === node)
    .reduce((sum, { memory }) => sum + memory, 0);
  return (world.room[node] ?? 0) - used;
}

export type Verdict =
  | { readonly kind: "home"; readonly node: string }
  | { readonly kind: "none"; readonly obstacle: Obstacle; readonly message: string };

/**
 * The node that takes a unit of guests, or why none does: rules first, then storage, then memory. `locations` are
 * those of everybody else.
 */
export function homeOf(
  world: GuestWorld,
  unit: readonly PlacedGuest[],
  candidates: readonly NodePlan[],
  locations: Locations,
): Verdict {
  const labels = list(unit.map(({ label }) => label));
  const none = (obstacle: Obstacle, message: string): Verdict => ({
    kind: "none",
    obstacle,
    message,
  });
  const placed = candidates.filter(({ name }) => unit.every((guest) => mayRunOn(guest, name)));
  if (placed.length === 0) {
    const strict = unit.flatMap(({ placement }) =>
      placement?.strict === true ? [placement.name] : [],
    );
    return none(
      "rule",
      `${strict.length > 1 ? "placements" : "placement"} ${list(strict)} ${strict.length > 1 ? "allow" : "allows"} ${labels} on no node that is left`,
    );
  }
  const allowed = placed.filter(
    ({ name }) => againstRule(world, unit, name, locations) === undefined,
  );
  const [first] = placed;
  if (allowed.length === 0 && first !== undefined) {
    const rule = againstRule(world, unit, first.name, locations);
    return none("rule", `${rule} lets ${labels} run on no node that is left`);
  }
  const storages = [...new Set(unit.flatMap((guest) => guest.storages))].sort();
  const reachable = allowed.filter(({ name }) =>
    storages.every((storage) => usableOn(world, storage, name)),
  );
  if (reachable.length === 0) {
    return none(
      "storage",
      `no other node sees all disks of ${labels} (${storages.join(", ")}); put them on shared storage or take it out of HA`,
    );
  }
  const memory = unit.reduce((sum, guest) => sum + guest.memory, 0);
  const [best] = preferred(world, unit, reachable, locations).filter(
    ({ name }) => roomLeft(world, locations, name) >= memory,
  );
  return best === undefined
    ? none("memory", `no node that may run ${labels} has ${gib(memory)} left`)
    : { kind: "home", node: best.name };
}

/** By priority, then by room, then in the order of the file. */
export function preferred(
  world: GuestWorld,
  unit: readonly PlacedGuest[],
  nodes: readonly NodePlan[],
  locations: Locations,
): NodePlan[] {
  const priority = ({ name }: NodePlan): number =>
    Math.max(...unit.map(({ placement }) => placement?.nodes[name] ?? -1));
  return [...nodes].sort(
    (a, b) =>
      priority(b) - priority(a) ||
      compareRoom(roomLeft(world, locations, a.name), roomLeft(world, locations, b.name)) ||
      a.order - b.order,
  );
}

/** Endless room less endless room is no number. */
function compareRoom(a: number, b: number): number {
  return a === b ? 0 : b - a;
}

export function mayRunOn({ placement }: PlacedGuest, node: string): boolean {
  return placement?.strict !== true || placement.nodes[node] !== undefined;
}

/** The rule between guests that forbids this node, in words. */
export function againstRule(
  world: GuestWorld,
  unit: readonly PlacedGuest[],
  node: string,
  locations: Locations,
): string | undefined {
  const inUnit = (sid: string): boolean => unit.some((guest) => guest.sid === sid);
  const crowded = world.apart.find(
    ({ resources }) =>
      resources.some(inUnit) &&
      (resources.filter(inUnit).length > 1 ||
        resources.some((sid) => !inUnit(sid) && locations.get(sid) === node)),
  );
  if (crowded !== undefined) {
    return `rule ${crowded.name} (${crowded.resources.join(", ")} apart)`;
  }
  const torn = world.together.find(
    ({ resources }) =>
      resources.some(inUnit) &&
      resources.some((sid) => !inUnit(sid) && locations.has(sid) && locations.get(sid) !== node),
  );
  return torn === undefined
    ? undefined
    : `rule ${torn.name} (${torn.resources.join(", ")} together)`;
}

/** A storage that the file does not know, such as `local-lvm`, is one of the installer's: local. */
export function usableOn(world: GuestWorld, storage: string, node: string): boolean {
  const one = world.storages.get(storage);
  return one?.shared === true && (one.nodes === undefined || one.nodes.includes(node));
}
