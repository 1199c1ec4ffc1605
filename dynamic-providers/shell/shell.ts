import { Failure } from "../../config/failure/failure.js";
import { endOfOutput } from "../transport/ssh/look.js";
import type { RunResult } from "../transport/ssh/run-options.js";

export type { Clock } from "../transport/base/clock.js";
export { endOfOutput, look } from "../transport/ssh/look.js";
export type { RunResult as ShellResult, Shell as HostShell } from "../transport/ssh/run-options.js";

/** What a step was, for the failure that it may end in. */
interface Step {
  readonly tried: string;
  readonly node: string;
  readonly doNext: string;
}

/** What a command printed that ended well; otherwise the step ends in words for a person. */
export function expectSuccess(result: RunResult, step: Step & { readonly lines?: number }): string {
  if (result.status !== 0) {
    throw new Failure("failed", {
      tried: step.tried,
      where: step.node,
      cameBack: endOfOutput(result, step.lines),
      doNext: step.doNext,
    });
  }
  return result.stdout;
}

/** Advice that a decision gives in passing, as a sentence of its own. */
export function sentence(text: string): string {
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}.`;
}
