import { list } from "../findings/enumeration.js";
import { diskSize } from "../findings/figures.js";
import { type CodeTable, type Draft, drafter } from "../findings/finding.js";
import { NEAR_FULL } from "../plan/ceph-forecast.js";
import { DEFAULT_PGS, groupsPerOsd, planCephLayouts } from "../plan/ceph-layouts.js";
import { type Ceph, copiesOf, countOsds, type NodeOsds, plannedCapacity } from "./ceph-osds.js";

export const amountCodes = {
  "ceph/too-many-pgs": {
    severity: "error",
    about: "Ceph refuses to create a pool that takes OSDs beyond 250 placement groups each.",
  },
  "ceph/many-pgs": {
    severity: "warning",
    about: "About 100 to 200 placement groups on each OSD are the usual target.",
  },
  "ceph/odd-pgs": {
    severity: "error",
    about:
      "Ceph splits placement groups in halves: with another number than a power of two some are twice as large as others.",
  },
  "ceph/shares": {
    severity: "error",
    about:
      "Shares are expectations of the data of all pools together, so they add up to at most 1.",
  },
  "ceph/quota-over-capacity": {
    severity: "error",
    about:
      "The quotas promise more than the disks hold once copies, the free space that Ceph needs, and the loss of one disk are counted.",
  },
} as const satisfies CodeTable;
const draft = drafter(amountCodes);

const REFUSED_PGS = 250;
const MANY_PGS = 200;

/** Placement groups, shares and quotas of all pools together, against what the disks bear. */
export function amountDrafts(ceph: Ceph, hosts: readonly NodeOsds[]): Draft[] {
  return [
    ...oddGroups(ceph),
    ...placementGroups(ceph, hosts),
    ...shares(ceph),
    ...quotas(ceph, hosts),
  ];
}

function oddGroups(ceph: Ceph): Draft[] {
  const sets = [["pools", ceph.pools] as const, ["filesystems", ceph.filesystems] as const];
  return sets.flatMap(([kind, named]) =>
    Object.entries(named).flatMap(([name, { pgs }]) => {
      if (pgs === undefined || Number.isInteger(Math.log2(pgs))) {
        return [];
      }
      const lower = 2 ** Math.floor(Math.log2(pgs));
      return [
        draft(
          "ceph/odd-pgs",
          ["ceph", kind, name, "pgs"],
          `${name} would start with ${pgs} placement groups, which is no power of two.`,
          `Write ${lower} or ${lower * 2}.`,
        ),
      ];
    }),
  );
}

function placementGroups(ceph: Ceph, hosts: readonly NodeOsds[]): Draft[] {
  const osds = hosts.reduce((sum, host) => sum + countOsds(host.osds), 0);
  const classes = hosts.flatMap((host) =>
    host.osds.flatMap((osd) => Array.from({ length: osd.count * osd.perDevice }, () => osd.class)),
  );
  const each = osds === 0 ? 0 : groupsPerOsd(planCephLayouts(ceph), classes);
  if (each <= MANY_PGS) {
    return [];
  }
  const refused = each > REFUSED_PGS;
  return [
    draft(
      refused ? "ceph/too-many-pgs" : "ceph/many-pgs",
      ["ceph", "pools"],
      `The pools start with ${each} placement groups on each of ${osds} OSDs${refused ? `; Ceph stops at ${REFUSED_PGS}` : ""}.`,
      `Lower \`pgs\` (a pool without it gets ${DEFAULT_PGS}) and let the autoscaler raise it as data grows.`,
      { atKey: true },
    ),
  ];
}

function shares(ceph: Ceph): Draft[] {
  const sum = [...Object.values(ceph.pools), ...Object.values(ceph.filesystems)].reduce(
    (total, { share }) => total + (share ?? 0),
    0,
  );
  return sum > 1.0001
    ? [
        draft(
          "ceph/shares",
          ["ceph", "pools"],
          `The shares of all pools add up to ${sum.toFixed(2)}.`,
          "Lower them to 1 or less; a limit for a pool is `quota`.",
          { atKey: true },
        ),
      ]
    : [];
}

function quotas(ceph: Ceph, hosts: readonly NodeOsds[]): Draft[] {
  const planned = hosts.length === 0 ? undefined : plannedCapacity(hosts);
  const limited = Object.entries(ceph.pools).filter(([, { quota }]) => quota !== undefined);
  const promised = limited.reduce((sum, [, pool]) => sum + (pool.quota ?? 0) * copiesOf(pool), 0);
  return planned === undefined || promised <= planned
    ? []
    : [
        draft(
          "ceph/quota-over-capacity",
          ["ceph", "pools"],
          `The quotas of ${list(limited.map(([name]) => name))} promise ${diskSize(promised / 3)} with three copies; the disks are good for ${diskSize(planned / 3)} after the loss of one and below Ceph's own limit of ${NEAR_FULL * 100} %.`,
          `Lower the quotas to ${diskSize(planned / 3)} together, or add disks.`,
          { atKey: true },
        ),
      ];
}
