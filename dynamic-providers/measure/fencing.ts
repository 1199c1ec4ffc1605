import { z } from "zod";
import { FENCER_COMMAND } from "../../config/plan/fence.js";
import { parseJson } from "../transport/base/json.js";

/** Where the fencer keeps what it saw last. */
export const MATRIX_FILE = "/var/lib/proxmox-ha/fencer/matrix.json";
/** Asks every peer's devices and switches nothing. */
export const VERIFY = `${FENCER_COMMAND} verify --json`;

/** What one node saw of one device of another node. */
const seenRow = z.object({
  node: z.string(),
  kind: z.string(),
  address: z.string(),
  ok: z.boolean(),
  /** How far the look came; null where it did not come so far. */
  reachable: z.boolean().nullish(),
  pin: z.boolean().nullish(),
  login: z.boolean().nullish(),
  power: z.string().nullish(),
  why: z.string().nullish(),
  remark: z.string().nullish(),
});
type SeenRow = z.output<typeof seenRow>;

const seenMatrix = z.object({ time: z.number(), rows: z.array(seenRow) });

/** One pair as the product tells it. */
export const pairRow = z.strictObject({
  by: z.string(),
  node: z.string(),
  kind: z.string(),
  address: z.string(),
  ok: z.boolean(),
  /** It may come right by itself: nothing answered, or the controller was busy. */
  passing: z.boolean(),
  power: z.string(),
  /** Why it is not in order, or what is to be thought about although it is. */
  why: z.string(),
});
export type PairRow = z.output<typeof pairRow>;

export interface NodeMatrix {
  /** Seconds since 1970, by the node's own clock. */
  readonly time: number;
  readonly rows: readonly PairRow[];
}

/** Undefined for what is no answer of a fencer. */
export function parseMatrix(by: string, text: string): NodeMatrix | undefined {
  const { data } = seenMatrix.safeParse(parseJson(text));
  return data === undefined
    ? undefined
    : {
        time: data.time,
        rows: data.rows.map((row) => ({
          by,
          node: row.node,
          kind: row.kind,
          address: row.address,
          ok: row.ok,
          passing: mayPass(row),
          power: row.power ?? "unknown",
          why: row.why || row.remark || "",
        })),
      };
}

/** A controller that shows another certificate, or refuses a login, will not change its mind by being asked again. */
function mayPass({ ok, reachable, pin, login }: SeenRow): boolean {
  const refused = pin === false || login === false;
  const busy = login === null || login === undefined;
  return !ok && !refused && (reachable !== true || (pin === true && busy));
}

/** A pair in words. */
export function pairSentence({
  by,
  node,
  kind,
  address,
  ok,
  power,
  why,
}: Omit<PairRow, "passing">): string {
  return ok
    ? `${by} can switch off ${node} (${kind} ${address}, power ${power}${why === "" ? "" : `; ${why}`})`
    : `${by} cannot switch off ${node} (${kind} ${address}): ${why}`;
}
