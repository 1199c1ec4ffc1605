import type { RunEvent } from "../engine/events.js";
import type { RunOutcome, Verb } from "../engine/outcome.js";
import { RunEvents } from "../engine/run-events.js";
import type { Watcher } from "../engine/run-stack.js";
import { bySignal } from "../engine/stops.js";
import { asClusterError, errorOfRun } from "./cluster-error.js";
import { Run } from "./run.js";

export interface RunOptions {
  /** Aborted, it stops the run as one Ctrl-C does: no new step starts, and steps under way on hosts come to their end. */
  readonly signal?: AbortSignal;
}

/** Nobody stops it. */
const neverAborted = (): AbortSignal => new AbortController().signal;

/** Begins a run of the engine, whose events a program can listen to. */
export function startRun(
  verb: Verb,
  run: (watcher: Watcher) => Promise<RunOutcome>,
  { signal = neverAborted() }: RunOptions,
  now: () => number = Date.now,
): Run<RunEvent, RunOutcome> {
  const events = new RunEvents(verb, now);
  return new Run(async (tell) => {
    try {
      const outcome = await run({
        event: (event) => events.of(event).forEach(tell),
        failures: events.failures,
        waitingFor: () => events.waitingFor(),
        say: (lines) =>
          lines.forEach((text) => {
            tell({ type: "message", severity: "info", text });
          }),
        stops: bySignal(signal),
      });
      tell({ type: "summary", outcome });
      const error = errorOfRun(outcome, events.failures.kinds);
      if (error !== undefined) {
        throw error;
      }
      return outcome;
    } catch (thrown) {
      throw asClusterError(thrown);
    }
  });
}
