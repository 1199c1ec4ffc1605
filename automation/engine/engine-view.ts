import type { EngineEvent } from "@pulumi/pulumi/automation/index.js";
import type { FailureTexts } from "./failure-texts.js";
import type { EarlierTimes } from "./step-times.js";
import type { Waiting } from "./waiting.js";

/** Turns what the engine reports into lines for a person. */
export interface EngineView {
  /** How long steps took before, which comes before the first event. */
  expect(times: EarlierTimes): void;
  /** Lines to print at once. */
  lines(event: EngineEvent): string[];
  /** Lines for the end of a run that did what it was to do. */
  closing(): string[];
  /** Lines for the end of one that did not. */
  failed(): string[];
  /** Steps under way, in words. */
  waitingFor(): Waiting[];
  /** What `--json` has beside the outcome. */
  details(): object;
  readonly failures: FailureTexts;
}
