import type { RunOutcome } from "./outcome.js";

/** One step of a run: something that is made, changed, removed, looked at or measured. */
export interface RunStep {
  /** The resource's own name. */
  readonly name: string;
  /** What it is, as the screens of the command line call it: `pvecm/Member`. */
  readonly kind: string;
  /** What is done: `create`, `update`, `remove`, `replace`, `look at`, … */
  readonly action: string;
  /** Area of the phase: `before`, `host`, `network`, `cluster`, … */
  readonly phase: string;
  /** Whose part of the phase, such as a node's. */
  readonly of: string;
  /** It measures a condition between two phases, and owns nothing. */
  readonly isGate: boolean;
}

/** `done`: it was done. The others are what a look of a refresh has found. */
export type StepResult = "done" | "as recorded" | "differs" | "gone";

/** Something that is said beside the steps. */
export interface Message {
  readonly type: "message";
  readonly severity: "info" | "warning" | "error";
  /** Name of the resource that it is about. */
  readonly subject?: string;
  readonly text: string;
}

/** Only of a preview: what `up` would do. */
export interface StepPlanned {
  readonly type: "step-planned";
  readonly step: RunStep;
  /** Of an update: what differs. */
  readonly why: readonly string[];
}
export interface StepBegun {
  readonly type: "step-begun";
  readonly step: RunStep;
}
export interface StepEnded {
  readonly type: "step-ended";
  readonly step: RunStep;
  readonly result: StepResult;
  readonly seconds: number;
}
export interface StepFailed {
  readonly type: "step-failed";
  readonly step: RunStep;
  readonly seconds: number;
}
export interface GateBegun {
  readonly type: "gate-begun";
  readonly step: RunStep;
}
export interface GateOpened {
  readonly type: "gate-opened";
  readonly step: RunStep;
  readonly seconds: number;
}
/** The condition did not come to hold in its time; the message says what was seen instead. */
export interface GateFailed {
  readonly type: "gate-failed";
  readonly step: RunStep;
  readonly seconds: number;
}
/** The last event of every run that came to the engine, whatever its end. */
export interface Summary {
  readonly type: "summary";
  readonly outcome: RunOutcome;
}

/** What a run tells, in the order in which it happens. */
export type RunEvent =
  | StepPlanned
  | StepBegun
  | StepEnded
  | StepFailed
  | GateBegun
  | GateOpened
  | GateFailed
  | Message
  | Summary;
