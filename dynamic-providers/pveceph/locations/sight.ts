import { askCeph } from "../ceph-command.js";
import { osdTree } from "../own-osds.js";

export const TREE = askCeph(["osd", "tree"], osdTree);
