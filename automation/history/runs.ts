import { hostname } from "node:os";
import { z } from "zod";
import type { RunOutcome } from "../engine/outcome.js";
import { type DriftSeen, difference } from "./drift.js";
import { type Kept, keep, keptIn } from "./folder.js";

const run = z.object({
  version: z.literal(1),
  stack: z.string(),
  verb: z.enum(["up", "refresh"]),
  /** The machine that it ran on. */
  on: z.string(),
  beganAt: z.iso.datetime(),
  seconds: z.number(),
  status: z.number(),
  changes: z.record(z.string(), z.number()),
  errors: z.array(z.string()),
  /** Resources that were compared with the hosts to the end; 0 where none was. */
  looked: z.number(),
  differences: z.array(difference),
  /** File with every remote step. */
  runLog: z.string(),
});
/** What a run came to, as it was written down at its end. */
export type PastRun = z.output<typeof run>;

/** A preview changes nothing, and writes nothing down. */
export function keepRun(
  stackFolder: string,
  outcome: RunOutcome,
  seen: DriftSeen,
  say: (line: string) => void,
): void {
  const { verb, stack, seconds, status, changes, errors, runLog } = outcome;
  if (verb === "preview") {
    return;
  }
  const beganAt = new Date(Date.now() - seconds * 1_000).toISOString();
  const entry: PastRun = {
    version: 1,
    stack,
    verb,
    on: hostname(),
    beganAt,
    seconds,
    status,
    changes: { ...changes },
    errors: [...errors],
    looked: seen.looked,
    differences: [...seen.differences],
    runLog,
  };
  keep(stackFolder, { kind: "runs", at: beganAt, entry }, say);
}

export function pastRuns(stackFolder: string, most: number): Kept<PastRun> {
  return keptIn(stackFolder, "runs", run, most);
}
