import type { EngineEvent } from "@pulumi/pulumi/automation/index.js";
import type { FailureKind } from "../../config/failure/kind.js";

/** Turns what the engine reports into lines for a person. */
export interface EngineView {
  /** Lines to print at once. */
  lines(event: EngineEvent): string[];
  /** Lines for the end of a run. */
  closing(): string[];
  /** Steps under way, in words. */
  waitingFor(): string[];
  /** What went wrong, in words. */
  readonly errors: readonly string[];
  /** What went wrong, for the exit status. */
  readonly kinds: readonly FailureKind[];
}
