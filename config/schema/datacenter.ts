import { z } from "zod";
import { field } from "./field.js";
import { networkName } from "./primitives.js";
import { size } from "./units.js";

const pveName = z.string().regex(/^[A-Za-z][A-Za-z0-9\-_]+$/);

const notifications = z.strictObject({
  mail: field(
    z
      .record(
        pveName,
        z.strictObject({
          to: field(z.array(z.email()).min(1), "Who gets the mails.", ["ops@home.example"]),
          from: field(z.email().optional(), "Sender.", "pve@home.example"),
          comment: field(z.string().min(1).optional(), "Shown in the web interface.", "On call"),
        }),
      )
      .default({}),
    "Targets that send mail through the node's own mail service.",
    { ops: { to: ["ops@home.example"] } },
  ),
  matchers: field(
    z
      .record(
        pveName,
        z.strictObject({
          targets: field(z.array(pveName).min(1), "Targets of this file, or `mail-to-root`.", [
            "ops",
          ]),
          severities: field(
            z.array(z.enum(["info", "notice", "warning", "error", "unknown"])).default([]),
            "Only notifications of these; all when left out.",
            ["warning", "error"],
          ),
          comment: field(z.string().min(1).optional(), "Shown in the web interface.", "Trouble"),
        }),
      )
      .default({}),
    "Which notifications go to which targets. Proxmox's own `default-matcher` stays.",
    { trouble: { targets: ["ops"], severities: ["warning", "error"] } },
  ),
});

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
  pools: field(z.array(z.string().regex(/^[A-Za-z0-9._-]+$/)).default([]), "Resource pools.", [
    "production",
  ]),
  notifications: field(notifications.prefault({}), "Where notifications go."),
  keyboard: field(z.string().min(2).optional(), "Keyboard of consoles.", "en-us"),
  emailFrom: field(z.email().optional(), "Sender of notifications.", "pve@home.example"),
});
