import { validate } from "../validate/run.js";
import { stackFilesFolder } from "./backend.js";
import { EXIT, type ExitStatus } from "./exit-status.js";
import { type RunOutcome, runStack, type Verb } from "./run-stack.js";

/** Checks the stack file first, so that a mistake shows with its line before Pulumi starts. */
export async function runVerb(verb: Verb, stack: string, json: boolean): Promise<ExitStatus> {
  const checked = validate({
    targets: [stack],
    json,
    directory: stackFilesFolder(),
    today: new Date().toISOString().slice(0, 10),
  });
  if (checked.exitCode !== 0) {
    process.stdout.write(checked.output);
    return EXIT.badInput;
  }
  const say = (line: string): void => {
    if (!json) {
      process.stdout.write(`${line}\n`);
    }
  };
  say(`${verb} ${stack}`);
  const outcome = await runStack({ verb, stack, json, say });
  if (json) {
    process.stdout.write(`${JSON.stringify(outcome)}\n`);
  } else {
    say(summary(outcome));
  }
  return outcome.status;
}

/** The last line of a run. */
export function summary(outcome: RunOutcome): string {
  const { verb, stack, seconds } = outcome;
  if (outcome.status === EXIT.interrupted) {
    return `${verb} ${stack}: interrupted after ${seconds} s; run it again to go on.`;
  }
  if (outcome.errors.length > 0) {
    return `${verb} ${stack}: failed after ${seconds} s. What was done is recorded; run it again to go on.`;
  }
  const counts = Object.entries(outcome.changes)
    .filter(([op, count]) => op !== "same" && count > 0)
    .map(([op, count]) => `${count} to ${op}`);
  const same = outcome.changes.same ?? 0;
  return counts.length === 0
    ? `${verb} ${stack}: nothing to change (${same} as wanted), ${seconds} s.`
    : `${verb} ${stack}: ${counts.join(", ")}, ${same} unchanged, ${seconds} s.`;
}
