import { type CodeTable, type Draft, drafter, type Path } from "../findings/finding.js";
import type { Osd } from "./ceph-osds.js";

export const sharedCodes = {
  "ceph/divided-partition": {
    severity: "error",
    about: "Several OSDs share a disk as a whole; Ceph's program divides no partition.",
  },
} as const satisfies CodeTable;
const draft = drafter(sharedCodes);

/** What several OSDs on a disk exclude. */
export function sharedDrafts({ partition, perDevice }: Osd, path: Path): Draft[] {
  return partition === undefined || perDevice === 1
    ? []
    : [
        draft(
          "ceph/divided-partition",
          [...path, "perDevice"],
          `${perDevice} OSDs cannot share a partition.`,
          "Leave `perDevice` out, or `partition` to give them the whole disk.",
        ),
      ];
}
