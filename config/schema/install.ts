import { z } from "zod";
import { field } from "./field.js";
import { interfaceName, unicastMac } from "./primitives.js";
import { oneLine, oneWord } from "./text.js";
import { size } from "./units.js";

/** As Proxmox's installer calls its keyboards. */
const KEYBOARDS =
  "de de-ch dk en-gb en-us es fi fr fr-be fr-ca fr-ch hu is it jp lt mk nl no pl pt pt-br se si tr";

/** What stands for any character is `*`; the installer's other marks are no text of a model. */
const diskPattern = oneWord
  .max(64, "use at most 64 characters")
  .regex(/^[^[\]?]+$/, "write the text as udev shows it, `_` for a blank; `*` stands for any text");

const systemDisks = z
  .strictObject({
    model: field(
      diskPattern.optional(),
      "Model as udev shows it (ID_MODEL); `*` stands for any text.",
      "Micron_7450_*480TFR",
    ),
    serial: field(
      diskPattern.optional(),
      "Serial number as udev shows it (ID_SERIAL_SHORT); `*` stands for any text.",
      "S6Z1NF0W1234*",
    ),
    count: field(
      z.int().min(1).default(1),
      "How many disks are meant. The installer does not count: with ZFS it takes every disk that fits.",
      2,
    ),
    size: field(
      size.optional(),
      "Size of each. The installer does not see it; rules compare it with what Ceph takes.",
      "480GB",
    ),
  })
  .refine(
    (one) => (one.model === undefined) !== (one.serial === undefined),
    "say exactly one of model or serial",
  );

const layout = z.enum([
  "ext4",
  "xfs",
  "zfs-raid0",
  "zfs-raid1",
  "zfs-raid10",
  "zfs-raidz-1",
  "zfs-raidz-2",
]);

/** What may differ from machine to machine. */
const machine = {
  disks: field(systemDisks.optional(), "The disks that Proxmox is installed on; all on them goes."),
  layout: field(
    layout.optional(),
    "File system of Proxmox itself: LVM with ext4 or xfs on one disk, or ZFS. `ext4` when nothing is said.",
    "zfs-raid1",
  ),
  room: field(
    size.optional(),
    "So much of each of these disks; the rest stays free, for Ceph. All of it when left out.",
    "200GB",
  ),
};

export const nodeInstall = z.strictObject({
  ...machine,
  ports: field(
    z.record(interfaceName, unicastMac).default({}),
    "Hardware addresses of ports by the name that this file has for them. The installer finds the port of the management network by it, and from 9.1 on keeps the names.",
    { enp87s0: "58:47:ca:70:00:11" },
  ),
});

/** Read by `answer` alone: a run neither installs hosts nor compares how they were installed. */
export const install = z.strictObject({
  country: field(
    oneLine.regex(/^[a-z]{2}$/, "write two small letters: us, at"),
    "Country, as its top-level domain.",
    "us",
  ),
  keyboard: field(
    z.enum(KEYBOARDS.split(" ")).default("en-us"),
    "Keyboard of the console.",
    "en-us",
  ),
  mail: field(
    oneLine.regex(
      /^[a-zA-Z0-9.!#$%&'*+/=?^_`{|}~-]+@[a-zA-Z0-9-]+(\.[a-zA-Z0-9-]+)*$/,
      "write an address for mail: admin@home.example",
    ),
    "Where root's mail goes.",
    "admin@home.example",
  ),
  ...machine,
  afterwards: field(
    z.enum(["reboot", "power-off"]).default("reboot"),
    "What a host does once it is installed. Only installers from 8.4.3 on can power off.",
    "reboot",
  ),
});
