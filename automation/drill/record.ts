import { z } from "zod";
import { parseJson } from "../../dynamic-providers/transport/base/json.js";

/** Drills that change something on a node. */
export const NODE_DRILLS = ["off", "crash", "isolate", "cut"] as const;
export type NodeDrill = (typeof NODE_DRILLS)[number];

const record = z.object({
  version: z.literal(1),
  drill: z.enum(NODE_DRILLS),
  node: z.string().regex(/^[A-Za-z0-9-]+$/),
  /** The node was put into HA maintenance by the drill. */
  maintenance: z.boolean(),
  /** Seconds since 1970, by the keeper's clock. */
  since: z.number(),
});

/** What a drill changes, written down on another member before it does, so that whoever comes after it can restore. */
export type DrillRecord = z.output<typeof record>;

/** Where it lies, on the member that keeps it. */
export const RECORD = "/var/lib/proxmox-ha/drill.json";

/** Undefined where there is none. @throws for one that cannot be read, which is not the same */
export function parseRecord(keeper: string, text: string): DrillRecord | undefined {
  if (text.trim() === "") {
    return undefined;
  }
  const { data } = record.safeParse(parseJson(text));
  if (data === undefined) {
    throw new Error(`${RECORD} on ${keeper} is no record of a drill`);
  }
  return data;
}
