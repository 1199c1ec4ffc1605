import { z } from "zod";
import { field } from "./field.js";
import { notifications } from "./notifications.js";
import { networkName } from "./primitives.js";
import { oneLine } from "./text.js";
import { size } from "./units.js";

export const datacenter = z.strictObject({
  migrationNetwork: field(
    networkName.optional(),
    "Network of live migration; the ring or the storage network.",
    "ring",
  ),
  migrationType: field(
    z.enum(["secure", "insecure"]).default("secure"),
    "Insecure is faster, and only for a private network.",
    "insecure",
  ),
  bandwidthLimits: field(
    z.partialRecord(z.enum(["default", "migration", "clone", "restore", "move"]), size).default({}),
    "Bytes per second for heavy jobs.",
    { migration: "2GB" },
  ),
  pools: field(z.array(oneLine.regex(/^[A-Za-z0-9._-]+$/)).default([]), "Resource pools.", [
    "production",
  ]),
  notifications: field(notifications.prefault({}), "Where notifications go."),
  keyboard: field(oneLine.min(2).optional(), "Keyboard of consoles.", "en-us"),
  emailFrom: field(z.email().optional(), "Sender of notifications.", "pve@home.example"),
});
