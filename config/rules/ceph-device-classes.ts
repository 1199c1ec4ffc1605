import { list } from "../findings/enumeration.js";
import { type CodeTable, type Draft, drafter } from "../findings/finding.js";
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
