import type { CephPlan } from "./ceph.js";
import { type CephLayout, groupsPerOsd } from "./ceph-layouts.js";
import { present } from "./present.js";

/** At this fill Ceph warns, and the next disk that fails may have nowhere to go. */
export const NEAR_FULL = 0.85;
/**
 * Placement groups of a pool that its fullest OSD may have beyond its share. Ceph evens out until none has more than five; where hosts
 * or disks are of different sizes it leaves up to eight, by its own program.
 */
const AHEAD = 8;
/** With fewer on each OSD Ceph splits a pool that holds all the data: it aims at 100, and acts at a third, in powers of two. */
const GROWN_GROUPS = 33;

interface NodeBytes {
  readonly node: string;
  readonly bytes: number;
}

/** What fits on the disks of a class; each figure is of data, not of copies, unless it says raw. */
export interface CephRoom {
  /** All disks where it is absent. */
  readonly class?: string;
  readonly raw: number;
  /** That of the pool of which least fits. */
  readonly layout: Pick<CephLayout, "parts" | "data">;
  /** Until Ceph warns of its fullest disk. */
  readonly nearFull: number;
  /** The same if all disks filled alike, which they never do. */
  readonly alike: number;
  /** The largest host, and what is left without it; undefined when a part then lacks a place to lie on. */
  readonly largest: string;
  readonly withoutLargest: number | undefined;
}

export interface CephForecast {
  /** Empty where the file does not tell the size of each disk. */
  readonly rooms: readonly CephRoom[];
  /** From an empty Ceph on, at the growth that the file names; undefined where no class has all of it. */
  readonly monthsUntilNearFull: number | undefined;
  readonly groupsPerOsd: number;
  readonly memory: readonly NodeBytes[];
}

export interface ForecastInputs
  extends Pick<CephPlan, "memoryBytes" | "growthBytes" | "locations"> {
  readonly osds: readonly {
    readonly node: string;
    readonly rule: { readonly class: NonNullable<CephLayout["class"]> };
    readonly sizeBytes?: number;
  }[];
  readonly layouts: readonly CephLayout[];
}

export function forecast(inputs: ForecastInputs): CephForecast {
  const { osds, layouts, memoryBytes, growthBytes = 0 } = inputs;
  const classes = layouts.length === 0 ? [undefined] : layouts.map(({ class: bound }) => bound);
  const rooms = [...new Set(classes)].flatMap((one) => roomOf(inputs, one) ?? []);
  const [room] = rooms;
  return {
    rooms,
    monthsUntilNearFull:
      room === undefined || rooms.length > 1 || growthBytes <= 0
        ? undefined
        : Math.floor(room.nearFull / growthBytes),
    groupsPerOsd: groupsPerOsd(
      layouts,
      osds.map(({ rule }) => rule.class),
    ),
    memory: Object.entries(memoryBytes).map(([node, bytes]) => ({ node, bytes })),
  };
}

interface Disk {
  readonly node: string;
  /** The host, rack or datacenter in which it is, by kind. */
  readonly place: Readonly<Record<CephLayout["failureDomain"], string>>;
  readonly bytes: number;
}

/** A single copy, where there is no pool yet. */
const NO_POOL: CephLayout = {
  pool: "",
  failureDomain: "host",
  parts: 1,
  data: 1,
  pgs: 1,
  grows: true,
};

function roomOf(inputs: ForecastInputs, bound: CephLayout["class"]): CephRoom | undefined {
  const disks = disksOf(inputs, bound);
  const largest = largestOf(disks ?? []);
  if (disks === undefined || largest === undefined) {
    return undefined;
  }
  const own = inputs.layouts.filter((layout) => layout.class === bound);
  const tightest = (own.length === 0 ? [NO_POOL] : own)
    .map((layout) => ({ layout, bytes: dataOn(disks, layout) }))
    .reduce((least, one) => (one.bytes < least.bytes ? one : least));
  const { layout } = tightest;
  const rest = disks.filter(({ node }) => node !== largest);
  const whole = own.every((one) => placesOf(rest, one).length >= one.parts);
  return {
    ...present({ class: bound }),
    raw: disks.reduce((sum, { bytes }) => sum + bytes, 0),
    layout,
    nearFull: NEAR_FULL * tightest.bytes,
    alike: NEAR_FULL * evenDataOn(placesOf(disks, layout), layout.parts) * layout.data,
    largest,
    withoutLargest:
      whole && rest.length > 0
        ? NEAR_FULL *
          Math.min(...(own.length === 0 ? [NO_POOL] : own).map((one) => dataOn(rest, one)))
        : undefined,
  };
}

function disksOf(
  { osds, locations }: ForecastInputs,
  bound: CephLayout["class"],
): Disk[] | undefined {
  const places = new Map(locations.map((one) => [one.node, one]));
  const disks: Disk[] = [];
  for (const { node, rule, sizeBytes } of osds) {
    if (bound !== undefined && rule.class !== bound) {
      continue;
    }
    if (sizeBytes === undefined) {
      return undefined;
    }
    const { rack = node, datacenter = node } = places.get(node) ?? {};
    disks.push({ node, bytes: sizeBytes, place: { host: node, rack, datacenter } });
  }
  return disks;
}

function sums(disks: readonly Disk[], of: (disk: Disk) => string): Map<string, number> {
  const found = new Map<string, number>();
  for (const disk of disks) {
    found.set(of(disk), (found.get(of(disk)) ?? 0) + disk.bytes);
  }
  return found;
}

function largestOf(disks: readonly Disk[]): string | undefined {
  return [...sums(disks, ({ node }) => node)].toSorted(([, a], [, b]) => b - a)[0]?.[0];
}

const placesOf = (disks: readonly Disk[], { failureDomain }: CephLayout): number[] => [
  ...sums(disks, ({ place }) => place[failureDomain]).values(),
];

/** The data of a pool that fits until the first disk is full, that disk being as far ahead as Ceph leaves it. */
function dataOn(disks: readonly Disk[], layout: CephLayout): number {
  const { failureDomain, parts, data, pgs, grows } = layout;
  const bytesOf = sums(disks, ({ place }) => place[failureDomain]);
  const sizes = [...bytesOf.values()];
  if (sizes.length < parts) {
    return 0;
  }
  const oftenOf = new Map([...bytesOf.keys()].map((name, at) => [name, drawn(sizes, at, parts)]));
  const groups = grows ? Math.max(pgs, (GROWN_GROUPS * disks.length) / parts) : pgs;
  return (
    data *
    Math.min(
      ...disks.map(({ place, bytes }) => {
        const name = place[failureDomain];
        const share = ((oftenOf.get(name) ?? 1) * bytes) / (bytesOf.get(name) ?? bytes);
        return bytes / (share + AHEAD / groups);
      }),
    )
  );
}

/**
 * The data that fits until the first place is full. CRUSH draws a place for each copy by its weight and never the same one twice, so a
 * small place is drawn more often than its share, and one that is larger than all data leaves the rest of itself empty.
 */
export function evenDataOn(places: readonly number[], copies: number): number {
  return places.length < copies
    ? 0
    : Math.min(...places.map((bytes, at) => bytes / drawn(places, at, copies)));
}

const STEPS = 400;

/**
 * How often a place is among those drawn. Drawing by weight without putting back is a race in which each place arrives after a random
 * time that is the shorter the heavier it is; the sum goes over the times at which this one may arrive.
 */
function drawn(places: readonly number[], at: number, copies: number): number {
  if (places.length === copies) {
    return 1;
  }
  const own = places[at] ?? 0;
  const others = places.filter((_, index) => index !== at).map((bytes) => bytes / own);
  let sum = 0;
  for (let step = 0; step < STEPS; step += 1) {
    const share = (step + 0.5) / STEPS;
    sum += fewerThan(
      copies,
      others.map((weight) => 1 - share ** weight),
    );
  }
  return sum / STEPS;
}

/** The probability that fewer than so many of independent events happen. */
function fewerThan(limit: number, chances: readonly number[]): number {
  const counts = chances.reduce<readonly number[]>(
    (before, chance) =>
      before.map((one, count) => one * (1 - chance) + (before[count - 1] ?? 0) * chance),
    [1, ...Array<number>(limit - 1).fill(0)],
  );
  return counts.reduce((sum, one) => sum + one, 0);
}
