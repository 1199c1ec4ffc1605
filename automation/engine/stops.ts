import type { Waiting } from "./waiting.js";

/** How work that is under way learns that somebody wants it to end. */
export interface Stops {
  readonly signal: AbortSignal;
  /** The work has ended; nobody listens any more. */
  readonly over: () => void;
}

/** What an impatient person is told. */
export interface StopAnswers {
  readonly say: (line: string) => void;
  /** What the work waits for by now, in words. */
  readonly waitingFor: () => readonly Waiting[];
  /** What becomes of everything when somebody leaves at once. */
  readonly leaving?: string;
}

export type Stoppable = (answers: StopAnswers) => Stops;

/** By a caller, who has one word for it: whatever it would be told comes with the events. */
export function bySignal(signal: AbortSignal): Stoppable {
  return () => ({ signal, over: () => undefined });
}
