import { list } from "../findings/enumeration.js";
import {
  againstRule,
  type GuestWorld,
  type Locations,
  mayRunOn,
  type Obstacle,
  type PlacedGuest,
  preferred,
  unitsOf,
  usableOn,
} from "./guest-world.js";
import type { NodePlan } from "./nodes.js";

interface RestingFinding {
  readonly severity: "error" | "warning";
  readonly obstacle: Obstacle;
  readonly guest: string;
  readonly message: string;
}

/**
 * Where guests run once HA has come to rest with all nodes up, which need not be where the file makes them: a
 * placement with failback draws its guests to the highest number, and HA asks neither disks nor memory before it moves.
 */
export function restingPlaces(world: GuestWorld): {
  readonly locations: Locations;
  readonly findings: readonly RestingFinding[];
} {
  const locations = new Map<string, string>();
  const findings: RestingFinding[] = [];
  for (const { sid, node, underHa } of world.guests) {
    if (!underHa) {
      locations.set(sid, node);
    }
  }
  for (const unit of unitsOf(
    world,
    world.guests.filter(({ underHa }) => underHa),
  )) {
    const node = restOf(world, unit, locations);
    for (const guest of unit) {
      if (node === undefined) {
        findings.push(nowhere(guest));
        continue;
      }
      locations.set(guest.sid, node);
      findings.push(...drawn(world, unit, guest, node));
    }
  }
  return { locations, findings };
}

function restOf(
  world: GuestWorld,
  unit: readonly PlacedGuest[],
  locations: Locations,
): string | undefined {
  const allowed = world.nodes.filter(
    ({ name }) =>
      unit.every((guest) => mayRunOn(guest, name)) &&
      againstRule(world, unit, name, locations) === undefined,
  );
  const stays = allowed.find(({ name }) =>
    unit.every((guest) => guest.node === name && isContent(guest, name, allowed)),
  );
  return (stays ?? preferred(world, unit, allowed, locations)[0])?.name;
}

/** Whether HA leaves it there: no better node, or a placement that does not call guests back. */
function isContent(
  { placement }: PlacedGuest,
  node: string,
  allowed: readonly NodePlan[],
): boolean {
  if (placement === undefined) {
    return true;
  }
  const priority = (name: string): number => placement.nodes[name] ?? -1;
  const best = Math.max(...allowed.map(({ name }) => priority(name)));
  return !placement.failback || priority(node) === best;
}

function drawn(
  world: GuestWorld,
  unit: readonly PlacedGuest[],
  guest: PlacedGuest,
  node: string,
): RestingFinding[] {
  if (node === guest.node) {
    return [];
  }
  const { label, placement, storages } = guest;
  const why =
    unit.length > 1 || placement === undefined
      ? "a rule between guests does not let it stay"
      : mayRunOn(guest, guest.node)
        ? `placement ${placement.name} prefers ${node}`
        : `placement ${placement.name} does not allow it there`;
  const blind = storages.filter((storage) => !usableOn(world, storage, node));
  return blind.length > 0
    ? [
        {
          severity: "error",
          obstacle: "storage",
          guest: label,
          message: `${label} is made on ${guest.node}, ${why}, and ${node} does not see its disks on ${list(blind)}: HA moves it there, it cannot start, and so it bounces`,
        },
      ]
    : [
        {
          severity: "warning",
          obstacle: "rule",
          guest: label,
          message: `${label} is made on ${guest.node}, and ${why}, so HA moves it to ${node} at once`,
        },
      ];
}

function nowhere({ label, placement }: PlacedGuest): RestingFinding {
  const why =
    placement?.strict === true
      ? `placement ${placement.name} and the rules between guests`
      : "the rules between guests";
  return {
    severity: "error",
    obstacle: "rule",
    guest: label,
    message: `${why} leave no node for ${label} even while all are up`,
  };
}
