import { z } from "zod";
import { PHASES, type PhaseName } from "../../../config/phases.js";
import { CONDITIONS } from "../gates.js";
import { isComponent, kindOf, nameOf } from "../steps.js";

/** What a run would do with one resource, and what stands before it. */
export interface Planned {
  readonly urn: string;
  readonly name: string;
  readonly kind: string;
  /** The component that it is part of, by its URN. */
  readonly parent: string;
  /** Undefined for what every run looks at first. */
  readonly phase: PhaseName | undefined;
  /** Whose it is; undefined for what belongs to the cluster as a whole. */
  readonly node: string | undefined;
  /** The engine's operation; "same" for nothing to do. */
  readonly op: string;
  /** URNs of what has to stand before it. */
  readonly needs: readonly string[];
  /** Inputs that the stack file now has otherwise. */
  readonly changed: readonly string[];
  readonly isComponent: boolean;
  /** A native provider, which the engine makes and changes in every run that declares it, part or not. */
  readonly isProvider: boolean;
  readonly isGate: boolean;
}

const goal = z.object({
  parent: z.string().default(""),
  dependencies: z.array(z.string()).nullish(),
  deletedWith: z.string().optional(),
  inputDiff: z
    .object({
      adds: z.record(z.string(), z.unknown()).optional(),
      updates: z.record(z.string(), z.unknown()).optional(),
      deletes: z.array(z.string()).nullish(),
    })
    .optional(),
});
const updatePlan = z.object({
  resourcePlans: z.record(
    z.string(),
    z.object({ goal: goal.nullish(), steps: z.array(z.string()).nullish() }),
  ),
});

/** Components whose area is not the phase in which the program declares them. */
const ELSEWHERE: Readonly<Record<string, PhaseName>> = {
  "proxmox-ha:host:ClockAgreement": "network",
  "proxmox-ha:cluster:DatacenterOptions": "storage",
};
/** What stands in no component and before its phase alone. */
const ALONE: Readonly<Record<string, PhaseName>> = { "pvesm/Servers": "storage" };

/** Reads what Pulumi's preview saves as a plan: each resource with its steps and everything that it waits for. */
export function plannedOf(saved: unknown, nodes: readonly string[]): readonly Planned[] {
  const { resourcePlans } = updatePlan.parse(saved);
  return behindWhatTheyWaitFor(
    nodes,
    Object.entries(resourcePlans).flatMap(([urn, { goal: wish, steps }]) => {
      const types = urn.split("::")[2]?.split("$") ?? [];
      const type = types.at(-1) ?? "";
      const isProvider = type.startsWith("pulumi:providers:");
      // Of the engine's own, a provider that the program declares is made in its phase like anything else.
      if (type.startsWith("pulumi:") && !(isProvider && types.length > 1)) {
        return [];
      }
      const name = nameOf(urn);
      const component = types.find(isComponent);
      const phase = phaseOf(component, kindOf(type), nameOf(wish?.parent ?? ""));
      const { adds = {}, updates = {}, deletes } = wish?.inputDiff ?? {};
      return [
        {
          urn,
          name,
          kind: kindOf(type),
          parent: wish?.parent ?? "",
          phase,
          node: phase === undefined ? undefined : ownerOf(name, phase, nodes),
          op: operationOf(steps ?? []),
          needs: [
            ...(wish?.dependencies ?? []),
            ...[wish?.parent, wish?.deletedWith].flatMap((one) => (one ? [one] : [])),
          ],
          changed: [...Object.keys(adds), ...Object.keys(updates), ...(deletes ?? [])].sort(),
          isComponent: isComponent(type),
          isProvider,
          isGate: kindOf(type) in CONDITIONS,
        },
      ];
    }),
  );
}

/**
 * A resource comes no sooner than what it waits for, whichever component it is part of: most packages of a host with a ring are
 * installed behind its routing, so they belong to the network.
 */
function behindWhatTheyWaitFor(
  nodes: readonly string[],
  planned: readonly Planned[],
): readonly Planned[] {
  const byUrn = new Map(planned.map((one) => [one.urn, one]));
  const found = new Map<string, number>();
  const placeOf = (one: Planned): number => {
    const known = found.get(one.urn);
    if (known !== undefined) {
      return known;
    }
    const own = PHASES.findIndex(({ name }) => name === one.phase);
    found.set(one.urn, own);
    const before = one.needs.flatMap((urn) => {
      const need = byUrn.get(urn);
      return need === undefined || need.isComponent ? [] : [placeOf(need)];
    });
    const place = own < 0 ? own : Math.max(own, ...before);
    found.set(one.urn, place);
    return place;
  };
  return planned.map((one) => {
    const phase = PHASES[placeOf(one)]?.name;
    return phase === one.phase || phase === undefined
      ? one
      : { ...one, phase, node: ownerOf(one.name, phase, nodes) };
  });
}

function operationOf(steps: readonly string[]): string {
  return steps.find((step) => step === "replace") ?? steps[0] ?? "same";
}

function phaseOf(
  component: string | undefined,
  kind: string,
  parent: string,
): PhaseName | undefined {
  if (component === undefined) {
    return ALONE[kind];
  }
  const [, area] = component.split(":");
  // Hooks stand in a component that is called after their point: `after-network`.
  return (
    ELSEWHERE[component] ??
    PHASES.find((one) => (area === "hooks" ? parent.endsWith(`-${one.name}`) : one.area === area))
      ?.name
  );
}

const begins = (name: string, node: string): boolean =>
  name === node || name.startsWith(`${node}-`);
const ends = (name: string, node: string): boolean => name.endsWith(`-${node}`);

/** How the name of a resource tells whose it is, in the phases that have something of a node's own. */
const OWNED: Partial<Record<PhaseName, (name: string, node: string) => boolean>> = {
  hosts: begins,
  network: (name, node) => begins(name, node) || ends(name, node),
  cluster: ends,
  ceph: (name, node) => ends(name, node) || name.includes(`-${node}-`),
  fencing: ends,
};

function ownerOf(name: string, phase: PhaseName, nodes: readonly string[]): string | undefined {
  const isOwn = OWNED[phase];
  return isOwn === undefined
    ? undefined
    : [...nodes].sort((a, b) => b.length - a.length).find((node) => isOwn(name, node));
}
