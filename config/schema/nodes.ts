import { z } from "zod";
import { fenceDevices } from "./fencing.js";
import { field } from "./field.js";
import { hardwareOverrides, hardwareProfile } from "./hardware.js";
import { nodeInstall } from "./install.js";
import { ip, networkName, nodeName } from "./primitives.js";
import { oneLine, severalLines, someLine } from "./text.js";
import { duration } from "./units.js";

const addresses = z.union([ip, z.array(ip).min(1).max(2)]).transform((one) => [one].flat());

/** No number is proposed: a wrong one would make another node the founder. */
function withoutId({ input }: { readonly input?: unknown }): string | undefined {
  return input === undefined
    ? "Write `id: 1` for the node that founds the cluster, then 2, 3 and so on in the order of joining. In a cluster that runs already, write the Nodeid that `pvecm nodes` shows; where no file named one, it is the position that the node had in the file."
    : undefined;
}

export const node = z.strictObject({
  id: field(
    z.int({ error: withoutId }).min(1).max(254),
    "Corosync node id, host part of derived addresses, and place among the nodes: the one with the lowest id founds the cluster, the others join in the order of their ids.",
    1,
  ),
  address: field(
    ip,
    "Address in the management network; the name of the node resolves to it.",
    "10.203.3.11",
  ),
  addresses: field(
    z.record(networkName, addresses).default({}),
    "Addresses in the other networks (one, or one of each family). Loopbacks of a ring are derived from the id when left out.",
    { storage: "10.8.48.11" },
  ),
  hardware: field(
    hardwareProfile,
    "Hardware profile; it brings ports, MTU, watchdog and reserves.",
    "ms-01",
  ),
  overrides: field(hardwareOverrides.optional(), "What differs from the profile on this machine."),
  fence: field(fenceDevices.optional(), "Devices that can cut this node's power."),
  install: field(
    nodeInstall.optional(),
    "What differs from the file's `install` on this machine, and its ports. For `answer` alone.",
  ),
  installation: field(
    z.int().min(1).default(1),
    "Which installation of this node it is. Raise it by one when a freshly installed host takes the place of a dead one.",
    1,
  ),
  description: field(
    severalLines.regex(/\S/, "write something; blanks alone say nothing").max(65_536).optional(),
    "Notes of the node in the web interface.",
    "Rack A, second shelf",
  ),
  wakeOnLan: field(
    oneLine.regex(/^([0-9A-Fa-f]{2}:){5}[0-9A-Fa-f]{2}$/).optional(),
    "MAC address that wakes this node from another one.",
    "58:47:ca:70:00:11",
  ),
  startDelay: field(
    duration.refine((ms) => ms <= 300_000, { error: "at most 5 minutes" }).optional(),
    "Wait after boot before guests start that start with the node.",
    "30s",
  ),
  votes: field(z.int().min(0).max(10).default(1), "Votes in the cluster.", 1),
  labels: field(
    z.array(someLine).default([]),
    "Where it stands, for Ceph: `rack=NAME`, `datacenter=NAME`. Others are free words that nothing reads.",
    ["rack=r1"],
  ),
});

export const nodes = z
  .record(nodeName, node)
  .refine((all) => Object.keys(all).length > 0, "name at least one node");
