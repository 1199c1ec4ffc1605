import { list } from "../findings/enumeration.js";
import { type CodeTable, type Draft, drafter } from "../findings/finding.js";
import { poolsOfErasure } from "../plan/ceph-erasure.js";
import { planCephLocations } from "../plan/ceph-locations.js";
import type { Ceph, NodeOsds } from "./ceph-osds.js";
import type { Facts } from "./facts.js";

export const erasureCodes = {
  "ceph/wide-erasure": {
    severity: "error",
    about:
      "Each part of an object lies on another host, rack or datacenter. With fewer of them than parts the pool never becomes healthy.",
  },
  "ceph/thin-erasure": {
    severity: "warning",
    about:
      "With a single part of parity the pool stops whenever a host restarts, and the next fault while one is away loses data.",
  },
  "ceph/erasure-use": {
    severity: "error",
    about: "Proxmox makes pools of an erasure code for the disks of guests alone.",
  },
  "ceph/duplicate-erasure-pool": {
    severity: "error",
    about:
      "A pool of an erasure code is two pools for Ceph, and another one has the name of one of them.",
  },
} as const satisfies CodeTable;
const draft = drafter(erasureCodes);

/** Pools that are cut into parts instead of copied. */
export function erasureDrafts(facts: Facts, ceph: Ceph, hosts: readonly NodeOsds[]): Draft[] {
  const places = new Map(planCephLocations(facts.spec).map((one) => [one.node, one]));
  return Object.entries(ceph.pools).flatMap(([name, pool]): Draft[] => {
    const { erasure, class: bound, failureDomain, application, production } = pool;
    if (erasure === undefined) {
      return [];
    }
    const path = ["ceph", "pools", name, "erasure"];
    const carriers = hosts.filter(({ osds }) =>
      osds.some((osd) => bound === undefined || osd.class === bound),
    );
    const there = new Set(
      carriers.map(({ node }) =>
        failureDomain === "host" ? node : (places.get(node)?.[failureDomain] ?? node),
      ),
    );
    const parts = erasure.data + erasure.parity;
    const findings: Draft[] = [];
    if (hosts.length > 0 && there.size < parts) {
      findings.push(
        draft(
          "ceph/wide-erasure",
          path,
          `${name} is cut into ${erasure.data} + ${erasure.parity} = ${parts} parts on as many ${failureDomain}s, and ${there.size} ${there.size === 1 ? "has" : "have"} such disks (${list([...there])}).`,
          `Lower \`data\` and \`parity\` to ${there.size} together, which takes at least 3, or write \`size: 3\` without \`erasure\`.`,
        ),
      );
    }
    if (erasure.parity === 1 && production) {
      findings.push(
        draft(
          "ceph/thin-erasure",
          path,
          `${name} writes only while all ${parts} parts are there, so every restart of a host stops it.`,
          "Write `parity: 2`; for data whose loss would not hurt, `production: false`.",
        ),
      );
    }
    if (application !== "rbd") {
      findings.push(
        draft(
          "ceph/erasure-use",
          ["ceph", "pools", name, "application"],
          `${name} has an erasure code and is for ${application}.`,
          "Remove `erasure`, or write `application: rbd`.",
        ),
      );
    }
    const taken = Object.values(poolsOfErasure(name)).filter(
      (one) => ceph.pools[one] !== undefined,
    );
    return [
      ...findings,
      ...taken.map((one) =>
        draft(
          "ceph/duplicate-erasure-pool",
          ["ceph", "pools", one],
          `The pool ${name} brings a pool ${one} of its own.`,
          "Give the pool another name; the pools of an erasure code need no line here.",
          { atKey: true },
        ),
      ),
    ];
  });
}
