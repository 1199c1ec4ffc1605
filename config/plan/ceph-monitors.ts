import { LEVELS, type Place } from "./ceph-locations.js";

/** So many monitors as far apart as the labels tell, earlier nodes first: what takes a rack or datacenter away takes as few as can be. */
export function spreadOver(
  nodes: readonly string[],
  count: number,
  places: ReadonlyMap<string, Place>,
): string[] {
  const chosen: string[] = [];
  while (chosen.length < Math.min(count, nodes.length)) {
    const left = nodes.filter((name) => !chosen.includes(name));
    const crowds = left.map((node) => crowdOf(node, chosen, places));
    const least = crowds.reduce((one, other) => (isLess(other, one) ? other : one));
    chosen.push(...left.slice(crowds.indexOf(least)).slice(0, 1));
  }
  return nodes.filter((name) => chosen.includes(name));
}

/** The most of them that one rack or one datacenter has. */
export function mostTogether(
  monitors: readonly string[],
  places: ReadonlyMap<string, Place>,
): { readonly place: string; readonly count: number } {
  const all = LEVELS.flatMap((level) =>
    monitors.flatMap((node) => {
      const name = places.get(node)?.[level];
      return name === undefined ? [] : [`${level} ${name}`];
    }),
  );
  return [...new Set(all)]
    .map((place) => ({ place, count: all.filter((one) => one === place).length }))
    .reduce((most, one) => (one.count > most.count ? one : most), { place: "", count: 0 });
}

/** How many of the chosen stand in the same place, the widest first. */
function crowdOf(
  node: string,
  chosen: readonly string[],
  places: ReadonlyMap<string, Place>,
): number[] {
  return LEVELS.toReversed().map((level) => {
    const mine = places.get(node)?.[level];
    return mine === undefined
      ? 0
      : chosen.filter((other) => places.get(other)?.[level] === mine).length;
  });
}

function isLess(one: readonly number[], other: readonly number[]): boolean {
  const at = one.findIndex((value, index) => value !== other[index]);
  return at >= 0 && (one[at] ?? 0) < (other[at] ?? 0);
}
