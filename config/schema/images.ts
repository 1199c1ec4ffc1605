import { z } from "zod";
import { field } from "./field.js";
import { storageId, webAddress } from "./primitives.js";
import { oneLine } from "./text.js";

export const imageName = oneLine.regex(
  /^[a-z0-9]([a-z0-9-]*[a-z0-9])?$/,
  "use lower-case letters, digits and '-'",
);

const image = z.strictObject({
  url: field(
    webAddress,
    "Where Proxmox downloads it from, once for each storage.",
    "https://images.example/debian-13.qcow2",
  ),
  checksum: field(
    oneLine.regex(
      /^(sha256:[0-9A-Fa-f]{64}|sha512:[0-9A-Fa-f]{128})$/,
      "write sha256: and 64 hexadecimal digits, or sha512: and 128",
    ),
    "Checksum of the file. One that is not so leaves nothing behind.",
    `sha256:${"0123456789abcdef".repeat(4)}`,
  ),
  storages: field(
    z.array(storageId).min(1),
    "Storages that keep it. `import` in their content is for disks, `vztmpl` for templates of containers, `iso` for ISO images. A storage that hosts do not share gets it on each node.",
    ["nfs-isos"],
  ),
  file: field(
    oneLine
      .regex(/^[A-Za-z0-9][A-Za-z0-9_.-]*$/, "use letters, digits, '_', '.' and '-'")
      .max(255)
      .optional(),
    "Name of the file there; by default the last part of `url`. Another checksum needs another name. Its ending says what it is: .qcow2, .raw and .vmdk are disks, .tar.gz, .tar.xz, .tar.zst and .tar.bz2 templates, .iso and .img ISO images.",
    "debian-13-20260601.qcow2",
  ),
});

export const images = z.record(imageName, image);
