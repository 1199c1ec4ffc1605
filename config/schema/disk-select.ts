import { z } from "zod";
import { field } from "./field.js";
import { someLine } from "./text.js";
import { size } from "./units.js";

/** Which disks of a host are meant. What is left out is any. */
export const diskSelect = z
  .strictObject({
    model: field(
      someLine.optional(),
      "Model as the kernel shows it; `*` stands for any text.",
      "MICRON_7450*",
    ),
    serial: field(someLine.optional(), "Serial number; `*` stands for any text.", "S6Z1*"),
    path: field(
      someLine
        .startsWith("/dev/disk/", "name a link below /dev/disk; kernel names move")
        .optional(),
      "Link below /dev/disk/by-id or /dev/disk/by-path; `*` stands for any text.",
      "/dev/disk/by-path/pci-0000:03:*",
    ),
    rotational: field(
      z.boolean().optional(),
      "Only disks that turn, or only those without.",
      false,
    ),
    size: field(size.optional(), "Size of each, to a hundredth.", "7.68TB"),
    atLeast: field(size.optional(), "Smallest size.", "1.9TB"),
    atMost: field(size.optional(), "Largest size.", "2.1TB"),
  })
  .refine(
    (one) => Object.values(one).some((value) => value !== undefined),
    'describe the disks; `model: "*"` are all of them',
  )
  .refine(
    (one) => one.size === undefined || (one.atLeast === undefined && one.atMost === undefined),
    "say either size or atLeast and atMost",
  )
  .refine(
    ({ atLeast = 0, atMost = Number.POSITIVE_INFINITY }) => atLeast <= atMost,
    "atLeast is above atMost, so no disk fits",
  );
