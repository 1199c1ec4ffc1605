import { type CodeTable, type Draft, drafter, type Path } from "../findings/finding.js";
import { list, terabytes } from "../findings/words.js";
import type { Facts } from "./facts.js";

export const poolCodes = {
  "ceph/too-few-hosts": {
    severity: "error",
    about:
      "Each copy of an object lies on another host. With fewer hosts than copies the pool never becomes healthy.",
  },
  "ceph/no-osds": { severity: "error", about: "Pools need disks." },
  "ceph/min-size": {
    severity: "error",
    about:
      "With one copy being enough, writes are acknowledged that the next fault loses. With as many as there are copies, every reboot stops the pool.",
  },
  "ceph/two-copies": {
    severity: "error",
    about:
      "Two copies of production data survive a single fault and no second one while a host is rebooted.",
  },
  "ceph/two-copies-accepted": {
    severity: "warning",
    about: "The pool is marked as no loss, and has two copies.",
  },
  "ceph/too-many-pgs": {
    severity: "error",
    about: "Ceph refuses to create a pool that takes OSDs beyond 250 placement groups each.",
  },
  "ceph/many-pgs": {
    severity: "warning",
    about: "About 100 to 200 placement groups on each OSD are the usual target.",
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
  "ceph/class-without-osds": {
    severity: "error",
    about: "No OSD has the device class that a pool asks for.",
  },
  "ceph/mixed-classes": {
    severity: "warning",
    about:
      "Pools with and without a device class share disks; the autoscaler then stops working on them.",
  },
  "ceph/single-osd-class": {
    severity: "warning",
    about:
      "A pool bound to a class with one OSD on each host cannot heal itself when a disk fails. Pools span OSDs; they are not tied to single ones.",
  },
  "ceph/uneven-osds": {
    severity: "warning",
    about:
      "When the largest disk of a host fails, its data moves to the other disks of that host. If those are smaller, they fill up.",
  },
} as const satisfies CodeTable;
const draft = drafter(poolCodes);

const REFUSED_PGS = 250;
const MANY_PGS = 200;
/** Ceph warns at this fill and stops writing soon after. */
const NEAR_FULL = 0.85;

export type Ceph = NonNullable<Facts["spec"]["ceph"]>;
export type Osd = Ceph["osds"]["everyNode"][number];

export interface NodeOsds {
  readonly node: string;
  readonly osds: readonly Osd[];
}

/** What pools promise, against the disks that keep the promise. */
export function poolDrafts(ceph: Ceph, hosts: readonly NodeOsds[]): Draft[] {
  return [
    ...pools(ceph, hosts),
    ...classes(ceph, hosts),
    ...placementGroups(ceph, hosts),
    ...shares(ceph),
    ...quotas(ceph, hosts),
    ...uneven(hosts),
  ];
}

function pools(ceph: Ceph, hosts: readonly NodeOsds[]): Draft[] {
  const names = Object.keys(ceph.pools);
  if (hosts.length === 0) {
    return names.length + Object.keys(ceph.filesystems).length === 0
      ? []
      : [
          draft(
            "ceph/no-osds",
            ["ceph", "osds"],
            "There are pools and no disks for them.",
            "Name disks under `osds.everyNode` or `osds.nodes`.",
            { atKey: true },
          ),
        ];
  }
  const filesystems = Object.keys(ceph.filesystems).flatMap((name) =>
    hosts.length < 3 ? [tooFew(["ceph", "filesystems", name], name, 3, hosts)] : [],
  );
  return [...names.flatMap((name) => pool(ceph, hosts, name)), ...filesystems];
}

function tooFew(path: Path, name: string, size: number, hosts: readonly NodeOsds[]): Draft {
  return draft(
    "ceph/too-few-hosts",
    path,
    `${name} wants ${size} copies on as many hosts, and ${hosts.length} ${hosts.length === 1 ? "host has" : "hosts have"} disks (${list(hosts.map(({ node }) => node))}).`,
    `Give ${size} hosts disks before the pool is made.`,
    { atKey: true },
  );
}

function pool(ceph: Ceph, hosts: readonly NodeOsds[], name: string): Draft[] {
  const one = ceph.pools[name];
  if (one === undefined) {
    return [];
  }
  const path = ["ceph", "pools", name];
  const findings: Draft[] = [];
  if (one.minSize < 2 || one.minSize > one.size) {
    findings.push(
      draft(
        "ceph/min-size",
        [...path, "minSize"],
        one.minSize > one.size
          ? `${name} wants ${one.minSize} of ${one.size} copies for every write.`
          : `${name} would acknowledge writes that exist once.`,
        "Write `size: 3` and `minSize: 2`.",
      ),
    );
  }
  if (one.size === 2) {
    findings.push(
      draft(
        one.production ? "ceph/two-copies" : "ceph/two-copies-accepted",
        [...path, "size"],
        `${name} has two copies${one.minSize === 2 ? ", so every reboot of a host stops it" : ""}.`,
        one.production
          ? "Write `size: 3`; for data whose loss would not hurt, `production: false`. Backups belong outside the cluster."
          : "Keep backups of it, or write `size: 3`.",
      ),
    );
  }
  if (one.size === 1) {
    findings.push(
      draft(
        "ceph/min-size",
        [...path, "size"],
        `${name} has a single copy.`,
        "Write `size: 3` and `minSize: 2`.",
      ),
    );
  }
  if (one.size > hosts.length) {
    findings.push(tooFew(path, name, one.size, hosts));
  }
  return findings;
}

function classes(ceph: Ceph, hosts: readonly NodeOsds[]): Draft[] {
  const entries = Object.entries(ceph.pools);
  const bound = entries.filter(([, { class: one }]) => one !== undefined);
  const findings = bound.flatMap(([name, { class: wanted }]): Draft[] => {
    const path = ["ceph", "pools", name, "class"];
    const counts = hosts.map(({ osds }) => count(osds.filter((osd) => osd.class === wanted)));
    if (hosts.length > 0 && counts.every((number) => number === 0)) {
      return [
        draft(
          "ceph/class-without-osds",
          path,
          `No OSD has the class ${wanted}.`,
          "Remove `class`, or write it at the disks.",
        ),
      ];
    }
    const alone = hosts.some(
      ({ osds }) => count(osds.filter((osd) => osd.class === wanted)) === 1 && count(osds) > 1,
    );
    return alone
      ? [
          draft(
            "ceph/single-osd-class",
            path,
            `${name} is tied to one disk of each host, so the loss of a disk cannot be healed.`,
            "Remove `class`: one class and one rule for all disks.",
          ),
        ]
      : [];
  });
  const mixed =
    bound.length > 0 && bound.length < entries.length
      ? [
          draft(
            "ceph/mixed-classes",
            ["ceph", "pools"],
            `${list(bound.map(([name]) => name))} ${bound.length === 1 ? "is" : "are"} bound to a class, and other pools are not.`,
            "Write `class` at every pool, or at none.",
            { atKey: true },
          ),
        ]
      : [];
  return [...findings, ...mixed];
}

function count(osds: readonly Osd[]): number {
  return osds.reduce((sum, osd) => sum + osd.count, 0);
}

function placementGroups(ceph: Ceph, hosts: readonly NodeOsds[]): Draft[] {
  const osds = hosts.reduce((sum, host) => sum + count(host.osds), 0);
  const copies =
    Object.values(ceph.pools).reduce((sum, { pgs, size }) => sum + (pgs ?? 0) * size, 0) +
    Object.values(ceph.filesystems).reduce((sum, { pgs }) => sum + (pgs + pgs / 4) * 3, 0);
  const each = osds === 0 ? 0 : Math.round(copies / osds);
  if (each <= MANY_PGS) {
    return [];
  }
  const refused = each > REFUSED_PGS;
  return [
    draft(
      refused ? "ceph/too-many-pgs" : "ceph/many-pgs",
      ["ceph", "pools"],
      `The pools start with ${each} placement groups on each of ${osds} OSDs${refused ? `; Ceph stops at ${REFUSED_PGS}` : ""}.`,
      "Lower `pgs` (or leave it out) and let the autoscaler raise it as data grows.",
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

function bytesOf(osd: Osd): number | undefined {
  return osd.partition ?? osd.size ?? osd.select?.size;
}

/** Raw bytes, less what the loss of one disk and Ceph's own margin take, by number of copies. */
function plannedCapacity(hosts: readonly NodeOsds[]): number | undefined {
  let raw = 0;
  let fewest = Number.POSITIVE_INFINITY;
  for (const { osds } of hosts) {
    fewest = Math.min(fewest, count(osds));
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

function quotas(ceph: Ceph, hosts: readonly NodeOsds[]): Draft[] {
  const planned = hosts.length === 0 ? undefined : plannedCapacity(hosts);
  const limited = Object.entries(ceph.pools).filter(([, { quota }]) => quota !== undefined);
  const promised = limited.reduce((sum, [, { quota, size }]) => sum + (quota ?? 0) * size, 0);
  return planned === undefined || promised <= planned
    ? []
    : [
        draft(
          "ceph/quota-over-capacity",
          ["ceph", "pools"],
          `The quotas of ${list(limited.map(([name]) => name))} promise ${terabytes(promised / 3)} with three copies; the disks are good for ${terabytes(planned / 3)} after the loss of one and below Ceph's own limit of ${NEAR_FULL * 100} %.`,
          `Lower the quotas to ${terabytes(planned / 3)} together, or add disks.`,
          { atKey: true },
        ),
      ];
}

function uneven(hosts: readonly NodeOsds[]): Draft[] {
  const worst = hosts.flatMap(({ node, osds }) => {
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
