import { z } from "zod";
import { field } from "./field.js";
import { absolutePath, hostOrIp } from "./primitives.js";

const weka = z.strictObject({
  backends: field(z.array(hostOrIp).min(2), "Backend servers.", ["10.30.4.11", "10.30.4.12"]),
  filesystem: field(z.string().min(1), "Weka file system.", "shared"),
  path: field(absolutePath, "Mount point.", "/mnt/weka/shared"),
  options: field(z.array(z.string().regex(/^\S+$/)).default([]), "Mount options.", ["net=udp"]),
});

export const mounts = z.strictObject({
  weka: field(z.record(z.string(), weka).default({}), "Weka file systems on every node."),
});
