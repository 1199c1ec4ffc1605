import type { ClockReading } from "../measure/clocks.js";
import { type Condition, reasons } from "./condition.js";

/**
 * Whether one clock agrees with another. Readings are intervals, because a question takes its time on the way; a difference counts
 * only as far as it is certain. (A join compares two looks without intervals, and bears seconds: it needs no more.)
 */
export function clocksAgree(
  one: ClockReading,
  other: ClockReading,
  toleranceMs: number,
): Condition {
  const certainMs = Math.max(0, one.fromMs - other.toMs, other.fromMs - one.toMs);
  const differenceMs = middle(one) - middle(other);
  const way = Math.round(differenceMs) < 0 ? "behind" : "ahead of";
  return {
    name: "clock",
    node: one.node,
    met: certainMs <= toleranceMs,
    title: "clock",
    value: `${seconds(Math.abs(differenceMs))} s ${way} ${other.node} (read to ±${seconds(uncertainMs(one, other))} s)`,
    evidence: `the clocks of ${one.node} and ${other.node} differ by ${certainMs} ms or more, and ${toleranceMs} ms are allowed (${follows(one)}, ${follows(other)})`,
    doNext:
      "Let chrony set the clock (`chronyc makestep`), and check that all nodes use the same time source.",
  };
}

/** Each against each, for a gate. */
export function compareClocks(
  readings: readonly ClockReading[],
  toleranceMs: number,
): { readonly met: boolean; readonly saw: readonly string[] } {
  const pairs = readings.flatMap((a, at) => readings.slice(at + 1).map((b) => ({ a, b })));
  const wrong = reasons(pairs.map(({ a, b }) => clocksAgree(a, b, toleranceMs)));
  const seen = pairs.map(
    ({ a, b }) =>
      `${a.node} and ${b.node} differ by ${Math.round(Math.abs(middle(a) - middle(b)))} ms (read to ±${Math.round(uncertainMs(a, b))} ms)`,
  );
  return {
    met: wrong.length === 0,
    saw: wrong.length > 0 ? wrong : [...seen, ...readings.map(follows)],
  };
}

/** Each against the one in the middle, for a table with a line for each. */
export function againstMiddle(readings: readonly ClockReading[], toleranceMs: number): Condition[] {
  const known = readings
    .filter(({ fromMs, toMs }) => Number.isFinite(fromMs) && Number.isFinite(toMs))
    .sort((a, b) => middle(a) - middle(b));
  const reference = known[Math.floor((known.length - 1) / 2)];
  return reference === undefined
    ? []
    : known
        .filter((one) => one !== reference)
        .map((one) => clocksAgree(one, reference, toleranceMs));
}

const middle = ({ fromMs, toMs }: ClockReading): number => (fromMs + toMs) / 2;
const uncertainMs = (a: ClockReading, b: ClockReading): number =>
  (a.toMs - a.fromMs + b.toMs - b.fromMs) / 2;
const seconds = (ms: number): string => (Math.round(ms) / 1000).toFixed(2);
const follows = ({ node, source }: ClockReading): string =>
  source === "" ? `${node} follows no time source` : `${node} follows ${source}`;
