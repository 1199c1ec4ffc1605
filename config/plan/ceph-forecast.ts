import type { CephPlan, OsdPlan } from "./ceph.js";
import { metadataGroups } from "./ceph-filesystems.js";

/** At this fill Ceph warns, and the next disk that fails may have nowhere to go. */
export const NEAR_FULL = 0.85;

export interface HostBytes {
  readonly node: string;
  readonly bytes: number;
}

/** What a section means in bytes; each figure is of data, not of copies, unless it says raw. */
export interface CephForecast {
  /** Undefined where the file does not tell the size of each disk. */
  readonly room:
    | {
        readonly raw: number;
        readonly copies: number;
        readonly nearFull: number;
        /** The largest host, and what is left without it; undefined when the copies then lack a host to lie on. */
        readonly largest: string;
        readonly withoutLargest: number | undefined;
      }
    | undefined;
  /** From an empty Ceph on, at the growth that the file names. */
  readonly monthsUntilNearFull: number | undefined;
  readonly groupsPerOsd: number;
  readonly memory: readonly HostBytes[];
}

/** Copies and metadata of a file system are Proxmox's own. */
const FILESYSTEM_COPIES = 3;

/** For the pool with the most copies: it is the one that runs out of hosts first. */
export function forecast(inputs: ForecastInputs): CephForecast {
  const { osds, pools, filesystems, memoryBytes, growthBytes = 0 } = inputs;
  const copies = Math.max(
    ...pools.map(({ size }) => size),
    ...(filesystems.length > 0 ? [FILESYSTEM_COPIES] : []),
    1,
  );
  const groups =
    pools.reduce((sum, { pgs = 0, size }) => sum + pgs * size, 0) +
    filesystems.reduce((sum, { pgs }) => sum + (pgs + metadataGroups(pgs)) * FILESYSTEM_COPIES, 0);
  const room = roomOf(osds, copies);
  return {
    room,
    monthsUntilNearFull:
      room === undefined || growthBytes <= 0 ? undefined : Math.floor(room.nearFull / growthBytes),
    groupsPerOsd: osds.length === 0 ? 0 : Math.round(groups / osds.length),
    memory: Object.entries(memoryBytes).map(([node, bytes]) => ({ node, bytes })),
  };
}

export interface ForecastInputs extends Pick<CephPlan, "memoryBytes" | "growthBytes"> {
  readonly osds: readonly Pick<OsdPlan, "node" | "sizeBytes">[];
  readonly pools: readonly { readonly size: number; readonly pgs?: number }[];
  readonly filesystems: readonly { readonly pgs: number }[];
}

function roomOf(osds: ForecastInputs["osds"], copies: number): CephForecast["room"] {
  const hosts = hostsOf(osds);
  const largest = hosts?.toSorted((a, b) => b.bytes - a.bytes)[0];
  if (hosts === undefined || largest === undefined) {
    return undefined;
  }
  const rest = hosts.filter((host) => host !== largest).map(({ bytes }) => bytes);
  return {
    raw: hosts.reduce((sum, { bytes }) => sum + bytes, 0),
    copies,
    nearFull:
      NEAR_FULL *
      dataOn(
        hosts.map(({ bytes }) => bytes),
        copies,
      ),
    largest: largest.node,
    withoutLargest: rest.length < copies ? undefined : NEAR_FULL * dataOn(rest, copies),
  };
}

function hostsOf(osds: ForecastInputs["osds"]): readonly HostBytes[] | undefined {
  const hosts = new Map<string, number>();
  for (const { node, sizeBytes } of osds) {
    if (sizeBytes === undefined) {
      return undefined;
    }
    hosts.set(node, (hosts.get(node) ?? 0) + sizeBytes);
  }
  return [...hosts].map(([node, bytes]) => ({ node, bytes }));
}

/**
 * The data that fits until the first host is full. CRUSH draws a host for each copy by its weight and never the same one twice, so a
 * small host is drawn more often than its share, and a host that is larger than all data leaves the rest of itself empty.
 */
export function dataOn(hosts: readonly number[], copies: number): number {
  return hosts.length < copies
    ? 0
    : Math.min(...hosts.map((bytes, at) => bytes / drawn(hosts, at, copies)));
}

const STEPS = 400;

/**
 * How often a host is among those drawn. Drawing by weight without putting back is a race in which each host arrives after a random
 * time that is the shorter the heavier it is; the sum goes over the times at which this one may arrive.
 */
function drawn(hosts: readonly number[], at: number, copies: number): number {
  if (hosts.length === copies) {
    return 1;
  }
  const own = hosts[at] ?? 0;
  const others = hosts.filter((_, index) => index !== at).map((bytes) => bytes / own);
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
