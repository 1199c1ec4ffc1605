import { z } from "zod";
import { field } from "./field.js";
import { secretRef } from "./primitives.js";
import { oneLine } from "./text.js";

/** Roles that Ceph brings along. */
const ROLES = [
  "administrator",
  "read-only",
  "cluster-manager",
  "pool-manager",
  "block-manager",
  "cephfs-manager",
  "rgw-manager",
] as const;

const user = z.strictObject({
  password: field(secretRef, "Its password, of eight characters or more.", {
    ssm: "/pve1/ceph/dashboard_password",
  }),
  role: field(
    z.enum(ROLES).default("read-only"),
    "What it may do. What Proxmox and the stack file look after is better only looked at here.",
    "read-only",
  ),
});

const certificate = z.strictObject({
  chain: field(secretRef, "The certificate and those between it and its authority, as PEM.", {
    ssm: "/pve1/ceph/dashboard_certificate",
  }),
  key: field(secretRef, "Its key, as PEM without a passphrase.", {
    ssm: "/pve1/ceph/dashboard_key",
  }),
});

export const cephDashboard = z.union([
  z.boolean(),
  z.strictObject({
    port: field(z.int().min(1024).max(65535).default(8443), "Port of its page.", 8443),
    standby: field(
      z.enum(["redirect", "refuse"]).default("redirect"),
      "What managers that stand by answer: the way to the active one, or an error, which a load balancer understands.",
      "redirect",
    ),
    users: field(
      z
        .record(
          oneLine.regex(
            /^[A-Za-z][A-Za-z0-9._-]*$/,
            "begin with a letter; letters, digits, '.', '_' and '-' follow",
          ),
          user,
        )
        .default({}),
      "Who may log in. Others that somebody has made stay.",
    ),
    certificate: field(
      certificate.optional(),
      "Certificate of the page; one that is made on a host and signed by itself when left out.",
    ),
  }),
]);
