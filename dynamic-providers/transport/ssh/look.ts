import { Failure } from "../../../config/failure/failure.js";
import { NOT_SHOWN, type RunOptions, type RunResult, type Shell } from "./run-options.js";

/** What is asked of a host. */
export interface Question extends Omit<RunOptions, "repeatable" | "verb"> {
  readonly script: string;
  /** It changes nothing, so it is asked again after a broken connection, unless nobody waits for it then. */
  readonly repeatable?: false;
  /** What is looked at, as it follows "to": "read the network files". */
  readonly verb: string;
  /** What a person does when the look fails. */
  readonly doNext?: string;
}

/** What a look that failed leaves behind. */
export const NOTHING_DONE = "Nothing was concluded from it and nothing was changed.";
export const LOOK_THERE = `${NOTHING_DONE} Log in there and see what hinders it, then run the command again.`;

/**
 * Asks a host and gives its whole answer. A look that failed is never a fact: whatever was printed before a script ended badly
 * reaches nobody, because what is missing in it would be taken for what is not there.
 */
export async function look(
  shell: Shell,
  { script, doNext = LOOK_THERE, ...options }: Question,
): Promise<string> {
  const result = await shell.run(script, { repeatable: true, ...options });
  if (result.status !== 0) {
    throw new Failure("failed", {
      tried: `to ${options.verb}`,
      where: shell.node,
      cameBack: `could not be looked at: ${endOfOutput(result)}`,
      doNext,
    });
  }
  return result.stdout;
}

/** The last lines of what a command said, for an error that a person reads. */
export function endOfOutput(result: RunResult, lines = 6): string {
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
