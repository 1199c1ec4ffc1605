import type { ClusterSpec } from "../schema/cluster.js";
import { cephHindrances } from "./ceph-hindrances.js";
import { present } from "./present.js";

/** Where a machine stands, from near to far; what is no such label is free text. */
export const LEVELS = ["rack", "datacenter"] as const;
export type Level = (typeof LEVELS)[number];
export type Place = Readonly<Partial<Record<Level, string>>>;

export interface CephLocationPlan extends Place {
  readonly node: string;
}

const PLACE = new RegExp(`^(${LEVELS.join("|")})=(.*)$`);

/** Every place that the labels name; more than one of a level is a mistake. */
export function placesIn(labels: readonly string[]): (readonly [level: Level, name: string])[] {
  return labels.flatMap((label) => {
    const [, word, name = ""] = PLACE.exec(label) ?? [];
    const level = LEVELS.find((one) => one === word);
    return level === undefined ? [] : [[level, name] as const];
  });
}

/** Hosts with a place; Ceph keeps the others directly below its root. */
export function planCephLocations({ nodes }: Pick<ClusterSpec, "nodes">): CephLocationPlan[] {
  return Object.entries(nodes).flatMap(([node, { labels }]) => {
    const places = Object.fromEntries(placesIn(labels));
    const { rack, datacenter } = places;
    return rack === undefined && datacenter === undefined
      ? []
      : [{ node, ...present({ rack, datacenter }) }];
  });
}

/** Labels that nothing reads: free words, and places where no Ceph is made that could go by them. */
export function idleLabels(spec: ClusterSpec): string[] {
  const isMade = spec.ceph !== undefined && cephHindrances(spec).length === 0;
  return Object.values(spec.nodes).flatMap(({ labels }) =>
    labels.filter((label) => !isMade || placesIn([label]).length === 0),
  );
}
