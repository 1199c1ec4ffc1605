import { phaseOrder, phaseTitle } from "../engine/steps.js";

/** What decides where a step stands. */
interface Ordered {
  readonly phase: string;
  readonly of: string;
  readonly action: string;
  readonly name: string;
}

/** By phase, then by whose part of it, what is done and its name: the engine's own order is that of chance. */
export function inOrder<Step extends Ordered>(steps: readonly Step[]): Step[] {
  return [...steps].sort(
    (a, b) => phaseOrder(a.phase) - phaseOrder(b.phase) || byText(keyOf(a), keyOf(b)),
  );
}

const keyOf = ({ of, action, name }: Ordered): string => [of, action, name].join("\n");

const byText = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

export interface PhaseOf<Step> {
  readonly phase: string;
  readonly title: string;
  readonly steps: readonly Step[];
}

/** Steps in order, phase by phase. */
export function byPhase<Step extends Ordered>(ordered: readonly Step[]): PhaseOf<Step>[] {
  return grouped(ordered, ({ phase }) => phase).map(([phase, steps]) => ({
    phase,
    title: phaseTitle(phase),
    steps,
  }));
}

/** In the order in which the keys are met. */
export function grouped<Thing>(
  things: readonly Thing[],
  keyed: (thing: Thing) => string,
): [key: string, things: Thing[]][] {
  const groups = new Map<string, Thing[]>();
  for (const thing of things) {
    groups.set(keyed(thing), [...(groups.get(keyed(thing)) ?? []), thing]);
  }
  return [...groups];
}
