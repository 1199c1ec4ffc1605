import { z } from "zod";
import { FENCER_COMMAND } from "../../config/plan/fence.js";
import { parseJson } from "../transport/base/json.js";

/** Asks nobody but the fencer's own files. */
export const STANDING = `${FENCER_COMMAND} status --json`;

const fencerCase = z.object({ node: z.string(), step: z.string(), holder: z.string() });
export type FencerCase = z.output<typeof fencerCase>;

const daemon = z.object({
  quorate: z.boolean().nullable(),
  paused: z.boolean(),
  disarm: z.string().nullable(),
  graceS: z.number(),
  /** For so long nobody is fenced, because somebody just was; a fencer of an earlier version does not say. */
  restS: z.number().default(0),
  /** Seconds, by node. */
  absent: z.record(z.string(), z.number()),
  holds: z.array(z.string()),
  attempt: z.object({ kind: z.string(), node: z.string(), step: z.string() }).nullable(),
  /** The same on all members: the record that they share. */
  cases: z.array(fencerCase),
  powerOn: z.array(
    z.object({
      node: z.string(),
      lastHour: z.number(),
      perHour: z.number(),
      lastDay: z.number(),
      perDay: z.number(),
    }),
  ),
});

/** How the fencer of one node stands; `daemon` is null where it does not run, or has not looked for half a minute. */
const standing = z.object({ daemon: daemon.nullable() });

export interface Standing {
  readonly node: string;
  readonly daemon: z.output<typeof daemon> | null;
}

/** Undefined for what is no answer of a fencer. */
export function parseStanding(node: string, text: string): Standing | undefined {
  const { data } = standing.safeParse(parseJson(text));
  return data === undefined ? undefined : { node, daemon: data.daemon };
}

/** Whether a case is one in which power may be switched at any moment. */
export function isUnderWay({ step, holder }: FencerCase): boolean {
  return (step === "off" || step === "powering-on") && holder !== "";
}
