import { diskSize } from "../findings/figures.js";
import { type CodeTable, type Draft, drafter } from "../findings/finding.js";
import type { ClusterSpec } from "../schema/cluster.js";
import { type Ceph, copiesOf, type NodeOsds, plannedCapacity } from "./ceph-osds.js";

export const guestDiskCodes = {
  "ceph/disks-over-quota": {
    severity: "warning",
    about:
      "Disks of guests take room as they fill. When they may fill further than the quota of their pool, Ceph stops every write there, of all its guests at once.",
  },
  "ceph/disks-over-capacity": {
    severity: "warning",
    about:
      "Disks of guests take room as they fill. Those of the file may fill further than Ceph's disks hold after the loss of one, and a full Ceph stops every write.",
  },
} as const satisfies CodeTable;
const draft = drafter(guestDiskCodes);

/** What guests may write into the pools of the file, against what these hold. */
export function guestDiskDrafts(
  spec: ClusterSpec,
  ceph: Ceph,
  hosts: readonly NodeOsds[],
): Draft[] {
  const promised = Object.entries(ceph.pools).map(([name, pool]) => ({
    name,
    pool,
    bytes: promisedIn(spec, pool.storage === undefined ? name : pool.storage),
  }));
  return [
    ...promised.flatMap(({ name, pool, bytes }) =>
      pool.quota === undefined || bytes <= pool.quota
        ? []
        : [
            draft(
              "ceph/disks-over-quota",
              ["ceph", "pools", name, "quota"],
              `The disks of guests on ${name} may grow to ${diskSize(bytes)}, and its quota ends at ${diskSize(pool.quota)}.`,
              "Raise `quota`, or put smaller disks there.",
            ),
          ],
    ),
    ...overCapacity(
      promised.reduce((sum, { pool, bytes }) => sum + bytes * copiesOf(pool), 0),
      hosts,
    ),
  ];
}

function overCapacity(raw: number, hosts: readonly NodeOsds[]): Draft[] {
  const planned = hosts.length === 0 ? undefined : plannedCapacity(hosts);
  return planned === undefined || raw <= planned
    ? []
    : [
        draft(
          "ceph/disks-over-capacity",
          ["ceph", "osds"],
          `With their copies, the disks of guests may grow to ${diskSize(raw)}; the OSDs are good for ${diskSize(planned)} after the loss of one disk.`,
          "Add disks, make those of guests smaller, or watch how full Ceph gets.",
          { atKey: true },
        ),
      ];
}

function promisedIn({ guests }: ClusterSpec, storage: string | null): number {
  return Object.values(guests)
    .flatMap(({ disks }) => disks)
    .filter((disk) => disk.storage === storage)
    .reduce((sum, { size }) => sum + size, 0);
}
