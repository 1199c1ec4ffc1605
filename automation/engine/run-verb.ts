import { validate } from "../validate/run.js";
import { stackFilesFolder } from "./backend.js";
import { EXIT, type ExitStatus } from "./exit-status.js";
import { runStack, type Verb } from "./run-stack.js";
import { summary } from "./summary.js";

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
