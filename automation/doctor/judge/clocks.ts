import { type DoctorFinding, findingOf } from "../finding.js";
import type { NodeFacts } from "../node-facts.js";

/** As for a join: tickets and certificates need clocks that agree. */
const TOLERANCE_MS = 2_000;

export interface ClockDifference {
  readonly node: string;
  readonly reference: string;
  /** The best guess, and how far it may be off. */
  readonly differenceMs: number;
  readonly uncertainMs: number;
  readonly good: boolean;
}

/**
 * Each node against the one in the middle. Readings are intervals, because a question takes its time on the way; a
 * difference counts only as far as it is certain.
 */
export function clockDifferences(seen: readonly NodeFacts[]): ClockDifference[] {
  const known = seen
    .filter(({ clock }) => Number.isFinite(clock.fromMs) && Number.isFinite(clock.toMs))
    .sort((a, b) => middle(a) - middle(b));
  const reference = known[Math.floor((known.length - 1) / 2)];
  if (reference === undefined) {
    return [];
  }
  return known
    .filter((one) => one !== reference)
    .map((one) => {
      const [a, b] = [one.clock, reference.clock];
      const certain = Math.max(0, a.fromMs - b.toMs, b.fromMs - a.toMs);
      return {
        node: one.node,
        reference: reference.node,
        differenceMs: Math.round(middle(one) - middle(reference)),
        uncertainMs: Math.round((a.toMs - a.fromMs + b.toMs - b.fromMs) / 2),
        good: certain <= TOLERANCE_MS,
      };
    });
}

export function describeDifference(one: ClockDifference): string {
  const { differenceMs, uncertainMs, reference } = one;
  const way = differenceMs < 0 ? "behind" : "ahead of";
  return `${(Math.abs(differenceMs) / 1000).toFixed(2)} s ${way} ${reference} (read to ±${(uncertainMs / 1000).toFixed(2)} s)`;
}

export const CLOCK_FIX =
  "Let chrony set the clock (`chronyc makestep`), and check that all nodes use the same time source.";

export function judgeClocks(seen: readonly NodeFacts[]): DoctorFinding[] {
  return clockDifferences(seen).flatMap((one) =>
    one.good
      ? []
      : [
          findingOf(
            one.node,
            "error",
            "host/clock",
            `its clock is ${describeDifference(one)}`,
            CLOCK_FIX,
          ),
        ],
  );
}

function middle({ clock }: NodeFacts): number {
  return (clock.fromMs + clock.toMs) / 2;
}
