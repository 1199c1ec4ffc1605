import { z } from "zod";
import { field } from "./field.js";
import { hostKeyPin, ip, networkName, secretRef } from "./primitives.js";
import { duration } from "./units.js";

const link = z.union([
  networkName,
  z.strictObject({
    network: field(networkName, "Network that carries the link.", "management"),
    priority: field(
      z.int().min(0).max(255),
      "The link with the highest number carries the traffic as long as it works.",
      20,
    ),
  }),
]);

const qdevice = z.strictObject({
  address: field(ip, "Host outside the cluster that runs corosync-qnetd.", "10.203.3.99"),
  password: field(
    secretRef.optional(),
    "Root's password there, used once to install the program's key. Leave it out where the stack's key or agent is accepted already.",
    { ssm: "/ms01/qdevice/root_password" },
  ),
  hostKey: field(
    z.union([z.literal("trust-first-use"), hostKeyPin]).default("trust-first-use"),
    "Its ssh host key, or record the first one seen.",
    "trust-first-use",
  ),
});

export const corosync = z.strictObject({
  links: field(
    z.array(link).min(1).max(8),
    "Networks of the corosync links, the preferred one first. Give priorities to say otherwise.",
    ["management", "ring"],
  ),
  qdevice: field(qdevice.optional(), "Vote from outside, for even numbers of nodes."),
  evenNodesAccepted: field(
    z.boolean().default(false),
    "Accept an even number of nodes without a QDevice, knowing that half of them lost means no quorum.",
    false,
  ),
  tokenCoefficient: field(
    z.int().min(0).optional(),
    "Milliseconds added to the token time-out for each node beyond two.",
    125,
  ),
  token: field(duration.optional(), "Token time-out, where the default of 3 s is not right.", "3s"),
});
