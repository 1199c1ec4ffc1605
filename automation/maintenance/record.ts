import { z } from "zod";
import { parseJson } from "../../dynamic-providers/transport/base/json.js";
import { sh } from "../../dynamic-providers/transport/ssh/quoting.js";

const record = z.object({
  version: z.literal(1),
  node: z.string().regex(/^[A-Za-z0-9-]+$/),
  /** Seconds since 1970. */
  since: z.number(),
  until: z.number(),
  /** The program put the node into HA maintenance. */
  ha: z.boolean(),
  /** The program had Ceph keep the node's OSDs. */
  noout: z.boolean(),
  /** The member with the timers. */
  keeper: z.string(),
  /** Guests that HA does not look after, and where they were moved. */
  moved: z.array(z.object({ guest: z.int(), to: z.string() })).readonly(),
});

/** What a maintenance has changed, written into the cluster's own file system before it does, so that any member can tell and any run undo it. */
export type MaintenanceRecord = z.output<typeof record>;

const FOLDER = "/etc/pve/priv";
const pathOf = (node: string): string => `${FOLDER}/proxmox-ha-maintenance-${node}.json`;

/** Prints the records, a line each. */
export const RECORDS_SCRIPT = `for f in ${FOLDER}/proxmox-ha-maintenance-*.json; do test ! -e "$f" || { cat "$f"; echo; }; done`;

/** Lines that are no record are none: somebody else's file, or one of a version that writes others. */
export function parseRecords(text: string): MaintenanceRecord[] {
  return text.split("\n").flatMap((line) => record.safeParse(parseJson(line)).data ?? []);
}

export function writeRecordScript(kept: MaintenanceRecord): string {
  const path = pathOf(kept.node);
  return [
    "export LC_ALL=C",
    sh`printf '%s\\n' ${JSON.stringify(kept)} > ${path}.tmp && mv -f ${path}.tmp ${path}`,
  ].join("\n");
}

export const removeRecordScript = (node: string): string => sh`rm -f ${pathOf(node)}`;
/** Shell that ends well as long as the maintenance is not over. */
export const isKept = (node: string): string => sh`test -e ${pathOf(node)}`;

/** Whether its end was forgotten. */
export const isOverdue = ({ until }: Pick<MaintenanceRecord, "until">, nowS: number): boolean =>
  nowS > until;
