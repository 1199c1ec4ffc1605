import { Failure } from "../../config/failure/failure.js";
import { NOT_SHOWN, type RunResult } from "../transport/ssh/run-options.js";

export type { Clock } from "../transport/base/clock.js";
export type { RunResult as ShellResult, Shell as HostShell } from "../transport/ssh/run-options.js";

/** What a step was, for the failure that it may end in. */
interface Step {
  readonly tried: string;
  readonly node: string;
  readonly doNext: string;
}

/** The last lines of what a command said, for an error that a person reads. */
export function lastWords(result: RunResult, lines = 6): string {
  const text = result.confidential
    ? NOT_SHOWN
    : `${result.stdout}\n${result.stderr}`
        .split("\n")
        .map((line) => line.trim())
        .filter((line) => line !== "")
        .slice(-lines)
        .join(" | ");
  const status = result.status === undefined ? "no exit status" : `exit status ${result.status}`;
  return text === "" ? status : `${text} (${status})`;
}

/** Ends the step in words for a person unless the command ended well. */
export function expectSuccess(result: RunResult, step: Step & { readonly lines?: number }): void {
  if (result.status !== 0) {
    throw new Failure("failed", {
      tried: step.tried,
      where: step.node,
      cameBack: lastWords(result, step.lines),
      doNext: step.doNext,
    });
  }
}

/** Advice that a decision gives in passing, as a sentence of its own. */
export function sentence(text: string): string {
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}.`;
}
