import type { Command } from "commander";
import { STACK_ARGUMENT } from "./stack-argument.js";

const VERBS = {
  preview: "say what `up` would do, without touching a host",
  up: "bring the cluster to what the stack file says",
  refresh: "read every host and show what differs from what is recorded",
} as const;

/** `preview`, `up` and `refresh`: Pulumi's operations with live lines and exit statuses for scripts. */
export function registerStackVerbs(program: Command): void {
  for (const verb of Object.keys(VERBS)) {
    if (!isVerb(verb)) {
      continue;
    }
    program
      .command(verb)
      .description(VERBS[verb])
      .argument("<stack>", STACK_ARGUMENT)
      .option("--json", "print one JSON object at the end, nothing else")
      .option("--no-screen", "end `up` without the screen about the cluster")
      .addHelpText(
        "after",
        "\nExit status: 0 done or nothing to do, 1 failed, 2 mistakes in the stack file, 3 refused for safety, 4 changes pending (preview), 5 a host cannot be reached, 130 interrupted.",
      )
      .action(async (stack: string, options: { json?: boolean; screen: boolean }) => {
        const json = options.json === true;
        const { told } = await import("./engine/told.js");
        await told(json, async () => {
          const { runVerb } = await import("./engine/run-verb.js");
          return await runVerb(verb, stack, { json, screen: options.screen });
        });
      });
  }
}

function isVerb(verb: string): verb is keyof typeof VERBS {
  return verb in VERBS;
}
