import { duration } from "../spans.js";
import type { StepPlace } from "./steps.js";
import type { AtStop } from "./waiting.js";

/** A step under way. */
export interface RunningStep {
  readonly place: StepPlace;
  /** The resource's own name. */
  readonly name: string;
  readonly text: string;
  readonly startedAt: number;
  /** A look of a refresh, whose end is a line only where it found something. */
  readonly looks: boolean;
  /** What it waits for, where it waits for something. */
  readonly waitsFor?: string;
  readonly atStop?: AtStop;
  /** So long such steps took in earlier runs. */
  readonly expectedSeconds?: number;
}

type Timed = Pick<RunningStep, "startedAt" | "expectedSeconds">;

/** Since when it is under way, and how long that usually lasts. */
export function elapsed({ startedAt, expectedSeconds }: Timed, now: number): string {
  const seconds = duration((now - startedAt) / 1000);
  return expectedSeconds === undefined
    ? seconds
    : `${seconds} of about ${duration(expectedSeconds)}`;
}

/** A step that is waited for, as one line. */
export function waitedFor(step: RunningStep, now: number): string {
  const waits = step.waitsFor === undefined ? "" : `; waits for ${step.waitsFor}`;
  return `${step.text.replace(/\s+/g, " ")}, ${elapsed(step, now)}${waits}`;
}
