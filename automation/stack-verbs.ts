import type { Command } from "commander";
import { STACK_ARGUMENT } from "./stack-argument.js";
import { describeUse, type Use } from "./use/use.js";

const VERBS = {
  preview: "say what `up` would do, without touching a host",
  up: "bring the cluster to what the stack file says",
  refresh: "read every host and show what differs from what is recorded",
} as const;

const ENDS = {
  done: "done, or nothing to do",
  failed: "a step failed",
  badInput: "mistakes in the stack file; nothing was touched",
  refused: "refused for safety",
  unreachable: "a host cannot be reached",
  interrupted: "interrupted; the next `up` goes on",
};

const USES: Readonly<Record<keyof typeof VERBS, Use>> = {
  preview: {
    examples: [
      ["preview frege", "what `up` would do, by phase and node"],
      ["preview frege --json", "the same for a program"],
    ],
    exits: {
      ...ENDS,
      changesPending: "there is something to do",
      unreachable: "no host answered; what was printed is by the file and the records",
    },
  },
  up: {
    examples: [
      ["up frege", "form the cluster, change it, or go on after an interruption"],
      ["up frege --json --no-screen", "from a script or CI"],
    ],
    exits: ENDS,
  },
  refresh: {
    examples: [["refresh frege", "what was changed by hand since the last `up`"]],
    exits: ENDS,
  },
};

/** `preview`, `up` and `refresh`: Pulumi's operations with live lines and exit statuses for scripts. */
export function registerStackVerbs(program: Command): void {
  for (const verb of Object.keys(VERBS)) {
    if (!isVerb(verb)) {
      continue;
    }
    describeUse(
      program
        .command(verb)
        .description(VERBS[verb])
        .argument("<stack>", STACK_ARGUMENT)
        .option("--json", "print one JSON object at the end, nothing else")
        .option("--no-screen", "end `up` without the screen about the cluster")
        .action(async (stack: string, options: { json?: boolean; screen: boolean }) => {
          const json = options.json === true;
          const { told } = await import("./engine/told.js");
          await told(json, async () => {
            const { runVerb } = await import("./engine/run-verb.js");
            return await runVerb(verb, stack, { json, screen: options.screen });
          });
        }),
      USES[verb],
    );
  }
}

function isVerb(verb: string): verb is keyof typeof VERBS {
  return verb in VERBS;
}
