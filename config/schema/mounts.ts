import { z } from "zod";
import { field } from "./field.js";
import { absolutePath, hostOrIp } from "./primitives.js";
import { oneLine, oneWord, someLine } from "./text.js";

const weka = z.strictObject({
  backends: field(z.array(hostOrIp).min(2), "Backend servers.", ["10.30.4.11", "10.30.4.12"]),
  filesystem: field(someLine, "Weka file system.", "shared"),
  path: field(absolutePath, "Mount point.", "/mnt/weka/shared"),
  options: field(z.array(oneLine.regex(/^\S+$/)).default([]), "Mount options.", ["net=udp"]),
});

export const mounts = z.strictObject({
  weka: field(z.record(oneWord, weka).default({}), "Weka file systems on every node."),
});
