import type { ClusterSpec } from "../schema/cluster.js";

/** Consents whose last day has not passed. Without a date to compare with, none holds. */
export function planConsents(spec: ClusterSpec, today: string | undefined): string[] {
  return today === undefined
    ? []
    : Object.entries(spec.consent)
        .filter(([, lastDay]) => today <= lastDay)
        .map(([what]) => what)
        .sort();
}
