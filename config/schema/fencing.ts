import { z } from "zod";
import { field } from "./field.js";
import { outlets } from "./outlets.js";
import { ip, secretRef, sha256Pin } from "./primitives.js";
import { someLine } from "./text.js";
import { duration } from "./units.js";

const login = z.strictObject({
  user: field(someLine, "User on the device.", "admin"),
  password: field(secretRef, "Its password.", { ssm: "/ms01/amt/frege" }),
});

const bmc = {
  address: field(ip, "Address of the management controller.", "10.203.3.21"),
  login: field(login, "Account that may read the state and switch the power."),
  uuid: field(
    z.guid().optional(),
    "System UUID that the device must report, so that no other machine is switched off.",
    "4c4c4544-0042-4a10-8051-b4c04f4d3332",
  ),
};
const pinned = {
  fingerprint: field(
    sha256Pin.optional(),
    "SHA-256 fingerprint of its TLS certificate. Without it the first one seen is recorded and shown.",
    "CF:FC:AA:5D:F8:8C:02:D4:1A:13:C4:CA:50:32:C2:AB:F7:4D:8E:EF:49:4E:66:89:56:1F:73:06:A8:B6:71:00",
  ),
};

export const fenceDevices = z
  .strictObject({
    redfish: field(
      z
        .strictObject({
          ...bmc,
          ...pinned,
          port: field(z.int().min(1).max(65535).default(443), "TCP port.", 443),
          system: field(
            someLine.optional(),
            "Id of the ComputerSystem; found out when it is the only one.",
            "1",
          ),
        })
        .optional(),
      "Redfish service of a server's BMC.",
    ),
    amt: field(
      z
        .strictObject({
          ...bmc,
          ...pinned,
          port: field(z.int().min(1).max(65535).default(16993), "TCP port of AMT over TLS.", 16993),
        })
        .optional(),
      "Intel AMT of a vPro machine.",
    ),
    ipmi: field(
      z
        .strictObject({
          ...bmc,
          port: field(z.int().min(1).max(65535).default(623), "UDP port.", 623),
          cipherSuite: field(
            z.union([z.literal(3), z.literal(17)]).default(17),
            "RMCP+ suite.",
            17,
          ),
        })
        .optional(),
      "IPMI 2.0 over LAN.",
    ),
    pdu: field(
      z.array(outlets).min(1).optional(),
      "Switched power outlets, a second and independent level: each unit that feeds the node, and its outlets.",
    ),
  })
  .refine(
    (devices) => Object.values(devices).some((device) => device !== undefined),
    "name at least one device: redfish, amt, ipmi or pdu",
  );

/** Cluster-wide rules of fencing; the devices stand at their nodes. */
export const fencing = z.strictObject({
  watchdog: field(
    z.boolean().default(true),
    "Proxmox HA's own watchdog. It stays the mechanism that recovery relies on.",
    true,
  ),
  power: field(
    z.enum(["off", "on"]).default("on"),
    "Whether a silent node is switched off through its devices; `off` takes the fencer off the hosts.",
    "on",
  ),
  delay: field(
    duration.prefault("50s"),
    "How long a node must be out of the cluster before the fencer acts.",
    "50s",
  ),
  offTimeout: field(duration.prefault("20s"), "How long a device may take to report Off.", "20s"),
  startupGrace: field(
    duration.prefault("5m"),
    "No fencing in this time after the quorate partition came up, so that a cold start shoots nobody.",
    "5m",
  ),
  serveFrom: field(
    z.enum(["all-nodes"]).default("all-nodes"),
    "Which nodes may fence others.",
    "all-nodes",
  ),
});
