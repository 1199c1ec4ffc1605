import { z } from "zod";
import { parseJson } from "../../dynamic-providers/transport/base/json.js";
import { sh } from "../../dynamic-providers/transport/ssh/quoting.js";
import { NODE_DRILLS } from "./record.js";

/** Of the cluster, so that whoever asks next, from wherever, knows when HA was last tried. */
const FILE = "/etc/pve/priv/proxmox-ha-drills.json";
/** Once a quarter. */
export const FAILOVER_DAYS = 92;

const last = z.object({
  /** By the clock of the machine that drilled. */
  atMs: z.number(),
  drill: z.enum(NODE_DRILLS),
  node: z.string(),
  isGood: z.boolean(),
});
/** The last drill in which a node was lost, to the end. */
export type LastDrill = z.output<typeof last>;

export const LAST_DRILL_SCRIPT = sh`cat ${FILE} 2>/dev/null || true`;

/** What is no record counts as none: then a drill is due. */
export const parseLastDrill = (text: string): LastDrill | undefined =>
  last.safeParse(parseJson(text)).data;

export function lastDrillScript(one: LastDrill): string {
  return sh`printf '%s\\n' ${JSON.stringify(one)} > ${FILE}.tmp && mv -f ${FILE}.tmp ${FILE}`;
}
