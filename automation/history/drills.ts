import { hostname } from "node:os";
import { z } from "zod";
import type { DrillOutcome } from "../drill/outcome.js";
import { NODE_DRILLS } from "../drill/record.js";
import { SEVERITIES } from "../security-drill/finding.js";
import { type Kept, keep, keptIn } from "./folder.js";

const seconds = z.number().optional();
const timeline = z.object({
  absentS: seconds,
  selfResetS: seconds,
  offConfirmedS: seconds,
  newMasterS: seconds,
  lockS: seconds,
  guestsUpS: z.record(z.string(), z.number()),
  memberAgainS: seconds,
});
const words = z.array(z.string());

const outcome = z.discriminatedUnion("drill", [
  z.object({
    drill: z.enum(NODE_DRILLS),
    node: z.string(),
    lostTheMaster: z.boolean(),
    times: timeline,
    guests: words,
    floorS: seconds,
    problems: words,
    interrupted: z.boolean(),
  }),
  z.object({
    drill: z.literal("verify"),
    pairs: z.array(
      z.object({ by: z.string(), node: z.string(), ok: z.boolean(), why: z.string() }),
    ),
    watchdogOnly: words,
    troubles: words,
  }),
  z.object({
    drill: z.literal("restore"),
    restores: z.array(
      z.object({
        guest: z.string(),
        vmid: z.number(),
        volume: z.string(),
        isGood: z.boolean(),
        restoredSeconds: seconds,
        seconds: z.number(),
        why: z.string(),
      }),
    ),
    without: words,
  }),
  z.object({
    drill: z.literal("security"),
    nodes: words,
    unreachable: words,
    findings: z.array(
      z.object({
        severity: z.enum(SEVERITIES),
        node: z.string().optional(),
        at: z.string(),
        found: z.string(),
        fix: z.string(),
      }),
    ),
  }),
]);

const drill = z.object({
  version: z.literal(1),
  stack: z.string(),
  on: z.string(),
  endedAt: z.iso.datetime(),
  status: z.number(),
  outcome,
});
/** What a drill came to, as it was written down at its end. */
export type PastDrill = z.output<typeof drill>;

/** A lit lamp proves nothing, and is not written down. */
export function keepDrill(
  stackFolder: string,
  stack: string,
  ended: DrillOutcome,
  say: (line: string) => void,
): void {
  if (ended.drill === "identify") {
    return;
  }
  const endedAt = new Date().toISOString();
  const { status } = ended;
  const entry = { version: 1, stack, on: hostname(), endedAt, status, outcome: ended };
  keep(stackFolder, { kind: "drills", at: endedAt, entry }, say);
}

export function pastDrills(stackFolder: string, most: number): Kept<PastDrill> {
  return keptIn(stackFolder, "drills", drill, most);
}
