import { printed } from "../../shell/etc-pve.js";
import { look } from "../../transport/pvesh/part.js";
import { askCeph } from "../ceph-command.js";
import { sectionsOf } from "../configuration.js";
import { storedSettings } from "./plan.js";

/** What Ceph keeps in its own configuration. */
export const STORED = askCeph(["config", "dump"], storedSettings);
/** What every daemon reads after it. */
export const FILE = look("/etc/pve/ceph.conf", printed("/etc/pve/ceph.conf"), sectionsOf);
