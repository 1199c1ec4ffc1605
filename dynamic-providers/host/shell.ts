import { NOT_SHOWN, type RunResult } from "../transport/ssh/run-options.js";

export type { Clock } from "../transport/base/clock.js";
export type { RunResult as ShellResult, Shell as HostShell } from "../transport/ssh/run-options.js";

/** What a step was when it failed; the kit turns it into the error that the user reads. */
export class StepFailure extends Error {
  override readonly name = "StepFailure";
  constructor(
    readonly tried: string,
    readonly node: string,
    readonly cameBack: string,
    readonly doNext: string,
  ) {
    super(`${tried} on ${node}: ${cameBack}. ${doNext}`);
  }
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
export function expectSuccess(
  result: RunResult,
  step: Pick<StepFailure, "tried" | "node" | "doNext"> & { readonly lines?: number },
): void {
  if (result.status !== 0) {
    throw new StepFailure(step.tried, step.node, lastWords(result, step.lines), step.doNext);
  }
}

/** The same for a command whose answer counts: what was read from it, unless nothing could be. */
export function expectAnswer<Answer>(
  answer: Answer | undefined,
  result: RunResult,
  step: Pick<StepFailure, "tried" | "node" | "doNext">,
): Answer {
  if (answer === undefined) {
    throw new StepFailure(step.tried, step.node, lastWords(result), step.doNext);
  }
  return answer;
}

/** Advice that a decision gives in passing, as a sentence of its own. */
export function sentence(text: string): string {
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}.`;
}
