import { z } from "zod";
import { diskSelect } from "./disk-select.js";
import { field } from "./field.js";
import { oneLine } from "./text.js";
import { size } from "./units.js";

/** A disk by the name that stays. */
export const diskById = oneLine.startsWith(
  "/dev/disk/by-id/",
  "name the disk by /dev/disk/by-id/…; kernel names move",
);

/** Faster disks on which OSDs of an entry keep a part of themselves, each in a slot of its own. */
export const cephSlots = (example: string) =>
  z
    .strictObject({
      device: field(
        diskById.optional(),
        "One disk.",
        "/dev/disk/by-id/nvme-INTEL_SSDPE21D280GA_PHM2",
      ),
      select: field(diskSelect.optional(), "All disks that are as described."),
      count: field(
        z.int().min(1).default(1),
        "How many disks that must be on each node; the OSDs are spread evenly over them.",
        2,
      ),
      size: field(size, "One slot; each OSD of the entry has one.", example),
    })
    .refine(
      (one) => (one.device === undefined) !== (one.select === undefined),
      "say exactly one of device or select",
    );
