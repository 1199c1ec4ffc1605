import { type CodeTable, type Draft, drafter } from "../findings/finding.js";
import { NEAR_FULL } from "../plan/ceph-forecast.js";
import type { Facts } from "./facts.js";

export const osdCodes = {
  "ceph/uneven-osds": {
    severity: "warning",
    about:
      "When the largest disk of a host fails, its data moves to the other disks of that host. If those are smaller, they fill up.",
  },
  "ceph/uneven-nodes": {
    severity: "error",
    about:
      "A copy lies on each host, so the host with the fewest disks decides how much there is room for, unless that is meant so.",
  },
} as const satisfies CodeTable;
const draft = drafter(osdCodes);

export type Ceph = NonNullable<Facts["spec"]["ceph"]>;
export type Osd = Ceph["osds"]["everyNode"][number];

export interface NodeOsds {
  readonly node: string;
  readonly osds: readonly Osd[];
}

/** Bytes on disks for each byte in the pool. */
export const copiesOf = ({ size, erasure }: Ceph["pools"][string]): number =>
  erasure === undefined ? size : (erasure.data + erasure.parity) / erasure.data;

export function countOsds(osds: readonly Osd[]): number {
  return osds.reduce((sum, { count, perDevice }) => sum + count * perDevice, 0);
}

export const countDisks = (osds: readonly Osd[]): number =>
  osds.reduce((sum, { count }) => sum + count, 0);

function bytesOf(osd: Osd): number | undefined {
  return osd.partition ?? osd.size ?? osd.select?.size ?? osd.select?.atLeast;
}

/** Raw bytes, less what the loss of one disk and Ceph's own margin take, by number of copies. */
export function plannedCapacity(hosts: readonly NodeOsds[]): number | undefined {
  let raw = 0;
  let fewest = Number.POSITIVE_INFINITY;
  for (const { osds } of hosts) {
    fewest = Math.min(fewest, countDisks(osds));
    for (const osd of osds) {
      const bytes = bytesOf(osd);
      if (bytes === undefined) {
        return undefined;
      }
      raw += bytes * osd.count;
    }
  }
  // Where every host holds a copy, a failed disk's data has only the other disks of its host to go to.
  const healing = fewest > 1 ? (fewest - 1) / fewest : 1;
  return raw * NEAR_FULL * healing;
}

/** Disks of a host that cannot take over from its largest one. */
export function unevenDrafts(hosts: readonly NodeOsds[]): Draft[] {
  const worst = hosts.flatMap(({ node, osds }) => {
    // A disk fails as a whole, however many OSDs share it.
    const sizes = osds.flatMap((osd) => Array<number | undefined>(osd.count).fill(bytesOf(osd)));
    const known = sizes.filter((size) => size !== undefined);
    const total = known.reduce((sum, size) => sum + size, 0);
    const rest = total - Math.max(0, ...known);
    return known.length < 2 || known.length < sizes.length
      ? []
      : [{ node, safe: (NEAR_FULL * rest) / total }];
  });
  const least = worst.sort((a, b) => a.safe - b.safe)[0];
  // Two equal disks give 42 %, which is the nature of two disks and no mistake of the file.
  return least === undefined || least.safe > 0.4
    ? []
    : [
        draft(
          "ceph/uneven-osds",
          ["ceph", "osds"],
          `When the largest disk of ${least.node} fails, the others can take its data only while the cluster is filled below ${Math.floor(least.safe * 100)} %.`,
          `Use disks of one size, or stay below ${Math.floor(least.safe * 100)} %.`,
          { atKey: true },
        ),
      ];
}

/** Different numbers of disks are a slip of the pen until the file says otherwise. */
export function unevenNodeDrafts({ osds }: Ceph, hosts: readonly NodeOsds[]): Draft[] {
  const counts = hosts.map((host) => ({ node: host.node, count: countOsds(host.osds) }));
  const numbers = new Set(counts.map(({ count }) => count));
  return osds.allowUneven || numbers.size < 2
    ? []
    : [
        draft(
          "ceph/uneven-nodes",
          ["ceph", "osds"],
          `The nodes have different numbers of OSDs: ${counts.map(({ node, count }) => `${node} ${count}`).join(", ")}.`,
          "Give each node as many, or write `allowUneven: true` below `osds`.",
          { atKey: true },
        ),
      ];
}
