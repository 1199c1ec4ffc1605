import { list } from "../findings/enumeration.js";
import { gib } from "../findings/figures.js";
import type { ClusterSpec } from "../schema/cluster.js";
import type { CephPlan } from "./ceph.js";
import {
  type GuestWorld,
  guestWorld,
  homeOf,
  type Locations,
  type Obstacle,
  type PlacedGuest,
  roomLeft,
  unitsOf,
  type Verdict,
} from "./guest-world.js";
import type { HaPlan, PlacementPlan } from "./ha.js";
import type { NodePlan } from "./nodes.js";
import { restingPlaces } from "./resting-places.js";
import type { StoragePlan } from "./storage.js";

export interface FeasibilityFinding {
  readonly severity: "error" | "warning";
  readonly obstacle: Obstacle;
  /** The node whose loss is looked at; absent when the trouble is there with all nodes up. */
  readonly lost?: string;
  /** The node that gets more than it has room for. */
  readonly node?: string;
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

/** One node in maintenance: HA empties it first, and what cannot move stops with it. */
export interface MaintenancePlan {
  readonly node: string;
  readonly moves: Readonly<Record<string, string>>;
  readonly stops: readonly string[];
}

export interface FeasibilityPlan {
  readonly losses: readonly LossPlan[];
  readonly maintenance: readonly MaintenancePlan[];
  readonly findings: readonly FeasibilityFinding[];
}

/** Who would run where if any single node were gone: by rule, by storage, by memory, in this order. */
export function planFeasibility(
  spec: ClusterSpec,
  nodes: readonly NodePlan[],
  ha: HaPlan,
  storages: readonly StoragePlan[],
  ceph: CephPlan | undefined,
): FeasibilityPlan {
  const world = guestWorld(spec, nodes, ha, storages, ceph);
  const { locations, findings } = restingPlaces(world);
  const losses = nodes.map((node) => loseNode(world, locations, node.name));
  return {
    losses: losses.map(({ plan }) => plan),
    maintenance: losses.map(({ plan }) => ({
      node: plan.lost,
      moves: plan.moves,
      stops: [...plan.homeless, ...plan.waiting],
    })),
    findings: [
      ...overcommitted(world, locations),
      ...findings,
      ...boundToOne(world, ha),
      ...crowdedRules(world, ha),
      ...losses.flatMap((loss) => loss.findings),
    ],
  };
}

function overcommitted(world: GuestWorld, locations: Locations): FeasibilityFinding[] {
  return world.nodes.flatMap(({ name }): FeasibilityFinding[] => {
    const here = world.guests.filter(({ sid }) => locations.get(sid) === name);
    const last = here.at(-1);
    if (roomLeft(world, locations, name) >= 0 || last === undefined) {
      return [];
    }
    const used = here.reduce((sum, { memory }) => sum + memory, 0);
    const drawn = here.filter(({ node }) => node !== name).map(({ label }) => label);
    const why =
      drawn.length === 0
        ? ""
        : ` (${list(drawn)} by ${drawn.length === 1 ? "its" : "their"} placement)`;
    return [
      {
        severity: "error",
        obstacle: "memory",
        node: name,
        guest: last.label,
        message: `${name} has ${gib(Math.max(0, world.room[name] ?? 0))} for guests and gets ${gib(used)} of them${why}`,
      },
    ];
  });
}

/** A strict placement of one node has nowhere to go by its own words, whether its guests are known here or not. */
function boundToOne(world: GuestWorld, ha: HaPlan): FeasibilityFinding[] {
  return ha.placements
    .filter((one) => one.strict && Object.keys(one.nodes).length < 2)
    .flatMap((one) =>
      one.resources
        .filter((sid) => !isKnown(world, sid))
        .map((sid): FeasibilityFinding => {
          const only = Object.keys(one.nodes)[0] ?? "";
          return {
            severity: "warning",
            obstacle: "rule",
            lost: only,
            guest: sid,
            message: `placement ${one.name} allows ${sid} on ${only} alone`,
          };
        }),
    );
}

const isKnown = (world: GuestWorld, sid: string): boolean =>
  world.guests.some((guest) => guest.sid === sid);

/** Guests that must stay apart need a node each, also those of which the file knows no more than their id. */
function crowdedRules(world: GuestWorld, ha: HaPlan): FeasibilityFinding[] {
  const names = world.nodes.map(({ name }) => name);
  return world.apart
    .filter(
      // More guests than nodes are refused for that alone.
      ({ resources }) =>
        resources.length <= names.length && resources.some((sid) => !isKnown(world, sid)),
    )
    .flatMap((rule) => {
      const found = names.flatMap((lost) => {
        const guest = withoutNode(rule.resources, (sid) => {
          const placement = ha.placements.find(({ resources }) => resources.includes(sid));
          return names.filter((node) => node !== lost && allows(placement, node));
        });
        return guest === undefined ? [] : [{ lost, guest }];
      });
      const [first] = found;
      const told =
        first !== undefined && found.length === names.length
          ? [{ lost: "any node", guest: first.guest }]
          : found;
      return told.map(
        (one): FeasibilityFinding => ({
          ...one,
          severity: "warning",
          obstacle: "rule",
          message: `rule ${rule.name} keeps ${rule.resources.length} guests apart, and too few nodes are left for them`,
        }),
      );
    });
}

const allows = (placement: PlacementPlan | undefined, node: string): boolean =>
  placement?.strict !== true || placement.nodes[node] !== undefined;

/** The first guest for which no node is left when each gets one of its own, or undefined when all get one. */
function withoutNode(
  sids: readonly string[],
  nodesOf: (sid: string) => readonly string[],
): string | undefined {
  const holder = new Map<string, string>();
  const seat = (sid: string, tried: Set<string>): boolean => {
    for (const node of nodesOf(sid)) {
      if (tried.has(node)) {
        continue;
      }
      tried.add(node);
      const other = holder.get(node);
      if (other === undefined || seat(other, tried)) {
        holder.set(node, sid);
        return true;
      }
    }
    return false;
  };
  return sids.find((sid) => !seat(sid, new Set()));
}

function loseNode(
  world: GuestWorld,
  atRest: Locations,
  lost: string,
): { plan: LossPlan; findings: FeasibilityFinding[] } {
  const { moves, without, waiting } = lose(world, atRest, [lost]);
  const findings = without.map(({ guest, verdict }) => homeless(guest, lost, verdict));
  return {
    plan: { lost, moves, homeless: findings.map(({ guest }) => guest), waiting },
    findings,
  };
}

/** Several at once, from wherever guests run: who goes where, and why somebody goes nowhere. */
export function loseNodes(
  world: GuestWorld,
  locations: Locations,
  lost: readonly string[],
): {
  readonly moves: Readonly<Record<string, string>>;
  readonly homeless: readonly string[];
  readonly waiting: readonly string[];
} {
  const { moves, without, waiting } = lose(world, locations, lost);
  return { moves, waiting, homeless: without.map(({ verdict }) => verdict.message) };
}

type NoHome = Extract<Verdict, { readonly kind: "none" }>;

function lose(
  world: GuestWorld,
  atRest: Locations,
  lost: readonly string[],
): {
  readonly moves: Readonly<Record<string, string>>;
  readonly without: readonly { readonly guest: PlacedGuest; readonly verdict: NoHome }[];
  readonly waiting: readonly string[];
} {
  const isLost = (node: string | undefined): boolean => node !== undefined && lost.includes(node);
  const survivors = world.nodes.filter(({ name }) => !isLost(name));
  const affected = world.guests.filter(({ sid }) => isLost(atRest.get(sid)));
  const now = new Map([...atRest].filter(([, node]) => !isLost(node)));
  const moves: Record<string, string> = {};
  const without: { guest: PlacedGuest; verdict: NoHome }[] = [];
  for (const unit of unitsOf(
    world,
    affected.filter(({ underHa }) => underHa),
  )) {
    const verdict = homeOf(world, unit, survivors, now);
    for (const guest of unit) {
      if (verdict.kind === "home") {
        moves[guest.sid] = verdict.node;
        now.set(guest.sid, verdict.node);
      } else {
        without.push({ guest, verdict });
      }
    }
  }
  return {
    moves,
    without,
    waiting: affected.filter(({ underHa }) => !underHa).map(({ label }) => label),
  };
}

function homeless(
  { label }: PlacedGuest,
  lost: string,
  { obstacle, message }: { readonly obstacle: Obstacle; readonly message: string },
): FeasibilityFinding {
  // A rule is the owner's word, and may be meant; nobody means a guest that cannot start.
  const severity = obstacle === "rule" ? "warning" : "error";
  return { severity, obstacle, lost, guest: label, message };
}
