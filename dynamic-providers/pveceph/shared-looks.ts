import type { Context } from "../kit/runtime.js";
import type { HostShell } from "../shell/shell.js";
import { type SharedLook, together } from "../shell/together.js";
import type { Part } from "../transport/pvesh/part.js";
import { scriptOf } from "../transport/pvesh/script.js";
import type { SshConnection } from "../transport/ssh/connection.js";
import { BEGUN } from "./begun.js";
import { CONFIGURATION_SCRIPT } from "./configuration.js";
import { RULES } from "./crush-rule/sight.js";
import { keptOf, listOf, ROLES } from "./daemons.js";
import { DISKS, NAMES } from "./disks.js";
import { filesystemPoolsOn } from "./filesystem/sight.js";
import { FILESYSTEMS } from "./filesystem-map.js";
import { INSTALLED_SCRIPT } from "./installed.js";
import { TREE } from "./locations/sight.js";
import { MODULES, SERVICES } from "./modules/sight.js";
import { OSDS } from "./own-osds.js";
import { OSD_MAP, poolsOn } from "./pool/found.js";
import { FILE, STORED } from "./settings/sight.js";
import { STATUS } from "./status.js";

/** A silent Ceph lets each command wait for a minute, and two stand behind each other in most scripts. */
const SECONDS_EACH = 120;

/** What resources ask of the one Ceph of a cluster. Each of them asks in these words, so that a refresh answers all of them together. */
const ofCluster = (node: string): readonly (readonly Part<unknown>[])[] => [
  [STORED, FILE],
  [TREE, STATUS],
  [RULES],
  [poolsOn(node), OSD_MAP, BEGUN],
  [FILESYSTEMS, filesystemPoolsOn(node), BEGUN],
  [MODULES, SERVICES],
];

/** What resources ask of a node's own part in it. */
const ofNode = (node: string): readonly (readonly Part<unknown>[])[] => [
  ...ROLES.map((role) => [listOf(role, node), keptOf(role, node)]),
  [DISKS, NAMES, OSDS],
];

export const OF_CLUSTER: SharedLook = {
  name: "Ceph of the cluster",
  verb: "look at the cluster's Ceph",
  scripts: (node) => [CONFIGURATION_SCRIPT, ...ofCluster(node).map(scriptOf)],
  secondsEach: SECONDS_EACH,
};

export const OF_NODE: SharedLook = {
  name: "Ceph of the node",
  verb: "look at the node's part in Ceph",
  scripts: (node) => [INSTALLED_SCRIPT, ...ofNode(node).map(scriptOf)],
  secondsEach: SECONDS_EACH,
};

/** In a refresh what is shared is asked once; a run sees what it has just made. */
export function seenBy(context: Context, connection: SshConnection, shared: SharedLook): HostShell {
  const host = context.host(connection);
  return context.refreshes === true ? together(host, shared) : host;
}
