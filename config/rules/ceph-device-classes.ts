import { list } from "../findings/enumeration.js";
import { type CodeTable, type Draft, drafter } from "../findings/finding.js";
import { planCrushRules } from "../plan/ceph-pools.js";
import { type Ceph, countDisks, countOsds, type NodeOsds } from "./ceph-osds.js";

export const classCodes = {
  "ceph/class-without-osds": {
    severity: "error",
    about: "No OSD has the device class that a pool asks for.",
  },
  "ceph/mixed-classes": {
    severity: "warning",
    about:
      "Pools with and without a device class share disks; the autoscaler then stops working on them.",
  },
  "ceph/manager-pool-class": {
    severity: "warning",
    about:
      "Ceph's own pool lies on all disks. While the pools of the file are bound to a class, it shares disks with them, and the autoscaler stops working on them.",
  },
  "ceph/single-osd-class": {
    severity: "warning",
    about:
      "A pool bound to a class with one OSD on each host cannot heal itself when a disk fails. Pools span OSDs; they are not tied to single ones.",
  },
} as const satisfies CodeTable;
const draft = drafter(classCodes);

/** Pools bound to a kind of disk, against the disks of that kind. */
export function classDrafts(ceph: Ceph, hosts: readonly NodeOsds[]): Draft[] {
  const entries = Object.entries(ceph.pools);
  const bound = entries.filter(([, { class: one }]) => one !== undefined);
  const findings = bound.flatMap(([name, { class: wanted }]): Draft[] => {
    const path = ["ceph", "pools", name, "class"];
    const counts = hosts.map(({ osds }) => countOsds(osds.filter((osd) => osd.class === wanted)));
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
      ({ osds }) =>
        countDisks(osds.filter((osd) => osd.class === wanted)) === 1 && countDisks(osds) > 1,
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
  // What is wrong with a class of its own changes which pools have one.
  return findings.length > 0 ? findings : apart(ceph, hosts);
}

/**
 * The autoscaler leaves all pools alone of which one lies on all disks and another one on those of a class. Ceph's own pool
 * and those of file systems have no class, and nothing but a hand on Ceph's own gives it one.
 */
function apart(ceph: Ceph, hosts: readonly NodeOsds[]): Draft[] {
  const pools = Object.entries(ceph.pools);
  const bound = pools.filter(([, { class: one }]) => one !== undefined);
  const free = [
    ...pools.filter(([, { class: one }]) => one === undefined).map(([name]) => name),
    ...Object.keys(ceph.filesystems),
  ];
  const [rule] = planCrushRules(ceph);
  if (
    rule === undefined ||
    bound.length === 0 ||
    pools.every(([, { autoscale }]) => autoscale === "off")
  ) {
    return [];
  }
  const names = `${list(bound.map(([name]) => name))} ${bound.length === 1 ? "is" : "are"} bound to a class`;
  if (free.length > 0) {
    return [
      draft(
        "ceph/mixed-classes",
        ["ceph", "pools"],
        `${names}, and ${list(free)} ${free.length === 1 ? "is" : "are"} not.`,
        Object.keys(ceph.filesystems).length > 0
          ? "Write `class` at no pool: those of a file system have none."
          : "Write `class` at every pool, or at none.",
        { atKey: true },
      ),
    ];
  }
  const classes = new Set(hosts.flatMap(({ osds }) => osds.map((osd) => osd.class)));
  return [
    draft(
      "ceph/manager-pool-class",
      ["ceph", "pools"],
      `${names}, and the pool .mgr that Ceph makes for itself is not.`,
      classes.size === 1
        ? "Leave `class` out: all disks of the file are of one class."
        : `Bind it as well, once and by hand: \`ceph osd pool set .mgr crush_rule ${rule.rule}\`.`,
      { atKey: true },
    ),
  ];
}
