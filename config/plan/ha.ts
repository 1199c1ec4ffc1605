import type { ClusterSpec } from "../schema/cluster.js";

export interface PlacementPlan {
  readonly name: string;
  readonly nodes: Readonly<Record<string, number>>;
  readonly strict: boolean;
  readonly failback: boolean;
  readonly comment?: string;
  /** Guests that follow it, as `vm:101`. */
  readonly resources: readonly string[];
}

export interface HaResourcePlan {
  /** `vm:101` or `ct:101`. */
  readonly sid: string;
  /** Whether this file makes the guest itself; HA takes a guest only once it exists. */
  readonly declared: boolean;
  readonly state: "started" | "stopped" | "disabled" | "ignored";
  readonly maxRestart: number;
  readonly maxRelocate: number;
  /** Proxmox VE 9: whether it returns to a better node. On 8 the group says it. */
  readonly failback?: boolean;
  /** Proxmox VE 8 only. */
  readonly group?: string;
}

export interface HaGroupPlan {
  readonly name: string;
  readonly nodes: Readonly<Record<string, number>>;
  readonly restricted: boolean;
  readonly noFailback: boolean;
  readonly comment?: string;
}

export type HaRulePlan =
  | {
      readonly type: "node-affinity";
      readonly name: string;
      readonly resources: readonly string[];
      readonly nodes: Readonly<Record<string, number>>;
      readonly strict: boolean;
      readonly comment?: string;
    }
  | {
      readonly type: "resource-affinity";
      readonly name: string;
      readonly resources: readonly string[];
      readonly affinity: "positive" | "negative";
    };

export interface HaPlan {
  /** What the file says, before it becomes groups or rules. */
  readonly placements: readonly PlacementPlan[];
  readonly resources: readonly HaResourcePlan[];
  readonly groups: readonly HaGroupPlan[];
  readonly rules: readonly HaRulePlan[];
  /** Placements that would bind but that no guest follows yet; a rule needs a guest, so 9 makes none of them. */
  readonly waiting: readonly string[];
}

export function planHa(spec: ClusterSpec): HaPlan {
  const placements = planPlacements(spec);
  const groups = spec.proxmox.major === 8 ? placements.map(groupOf) : [];
  return {
    placements,
    resources: planResources(spec, placements),
    groups,
    rules: spec.proxmox.major === 9 ? planRules(spec, placements) : [],
    waiting: placements
      .filter((one) => one.resources.length === 0 && binds(one, Object.keys(spec.nodes).length))
      .map((one) => one.name),
  };
}

interface Wanted {
  readonly sid: string;
  readonly declared: boolean;
  readonly placement: string | undefined;
  readonly state: HaResourcePlan["state"];
  readonly maxRestart: number;
  readonly maxRelocate: number;
}

/** Guests of this file and guests that it only places, each once, by id. */
function wantedResources(spec: ClusterSpec): Wanted[] {
  const own = Object.values(spec.guests).flatMap((guest): Wanted[] =>
    guest.ha === undefined
      ? []
      : [
          {
            ...guest.ha,
            placement: guest.ha.placement,
            declared: true,
            sid: `${guest.kind === "vm" ? "vm" : "ct"}:${guest.id}`,
          },
        ],
  );
  const foreign = Object.entries(spec.ha.resources).map(
    ([sid, one]): Wanted => ({
      ...one,
      placement: one.placement,
      declared: false,
      sid,
    }),
  );
  const bySid = new Map([...foreign, ...own].map((one) => [one.sid, one]));
  return [...bySid.values()].sort((a, b) => compareSids(a.sid, b.sid));
}

function compareSids(a: string, b: string): number {
  return Number(a.split(":")[1]) - Number(b.split(":")[1]) || (a < b ? -1 : 1);
}

function planPlacements(spec: ClusterSpec): PlacementPlan[] {
  const wanted = wantedResources(spec);
  return Object.entries(spec.ha.placements)
    .map(([name, written]): PlacementPlan => {
      const { nodes, strict, failback, comment } = normalised(written);
      return {
        name,
        nodes: sortedByKey(nodes),
        strict,
        failback,
        ...(comment === undefined ? {} : { comment }),
        resources: wanted.filter((one) => one.placement === name).map((one) => one.sid),
      };
    })
    .sort((a, b) => (a.name < b.name ? -1 : 1));
}

type WrittenPlacement = ClusterSpec["ha"]["placements"][string];
interface FullPlacement {
  readonly nodes: Readonly<Record<string, number>>;
  readonly strict: boolean;
  readonly failback: boolean;
  readonly comment: string | undefined;
}

/** The short form names only nodes and priorities. */
function normalised(written: WrittenPlacement): FullPlacement {
  return isFull(written)
    ? { ...written, comment: written.comment }
    : { nodes: written, strict: false, failback: true, comment: undefined };
}

function isFull(
  written: WrittenPlacement,
): written is Exclude<WrittenPlacement, Record<string, number>> {
  return typeof written.nodes === "object";
}

function sortedByKey(record: Readonly<Record<string, number>>): Record<string, number> {
  return Object.fromEntries(Object.entries(record).sort(([a], [b]) => (a < b ? -1 : 1)));
}

function groupOf(placement: PlacementPlan): HaGroupPlan {
  return {
    name: placement.name,
    nodes: placement.nodes,
    restricted: placement.strict,
    noFailback: !placement.failback,
    ...(placement.comment === undefined ? {} : { comment: placement.comment }),
  };
}

function planResources(spec: ClusterSpec, placements: readonly PlacementPlan[]): HaResourcePlan[] {
  return wantedResources(spec).map((one): HaResourcePlan => {
    const placement = placements.find(({ name }) => name === one.placement);
    return {
      sid: one.sid,
      declared: one.declared,
      state: one.state,
      maxRestart: one.maxRestart,
      maxRelocate: one.maxRelocate,
      ...(placement === undefined
        ? {}
        : spec.proxmox.major === 8
          ? { group: placement.name }
          : { failback: placement.failback }),
    };
  });
}

/** A placement of all nodes with equal numbers binds nobody, so it becomes no rule. */
function binds(placement: PlacementPlan, nodeCount: number): boolean {
  const priorities = new Set(Object.values(placement.nodes));
  return Object.keys(placement.nodes).length < nodeCount || priorities.size > 1;
}

function planRules(spec: ClusterSpec, placements: readonly PlacementPlan[]): HaRulePlan[] {
  const nodeCount = Object.keys(spec.nodes).length;
  const managed = new Set(wantedResources(spec).map((one) => one.sid));
  const affinity = placements
    .filter((one) => one.resources.length > 0 && binds(one, nodeCount))
    .map(
      (one): HaRulePlan => ({
        type: "node-affinity",
        name: one.name,
        resources: one.resources,
        nodes: one.nodes,
        strict: one.strict,
        ...(one.comment === undefined ? {} : { comment: one.comment }),
      }),
    );
  const between = (
    groups: Readonly<Record<string, readonly string[]>>,
    direction: "positive" | "negative",
  ): HaRulePlan[] =>
    Object.entries(groups)
      .filter(([, sids]) => sids.every((sid) => managed.has(sid)))
      .map(([name, sids]) => ({
        type: "resource-affinity",
        name,
        resources: [...sids].sort(compareSids),
        affinity: direction,
      }));
  return [
    ...affinity,
    ...between(spec.ha.apart, "negative"),
    ...between(spec.ha.together, "positive"),
  ].sort((a, b) => (a.name < b.name ? -1 : 1));
}
