import { type Command, Option } from "commander";
import { PHASE_NAMES } from "../config/phases.js";
import type { Manner } from "./engine/screen.js";
import { STACK_ARGUMENT } from "./stack-argument.js";
import { describeUse, type Use } from "./use/use.js";

/** Options that may stand several times. */
const each = (word: string, before: readonly string[] = []): readonly string[] => [...before, word];

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
      ["preview frege --diff", "and the texts of files, as diffs"],
      ["preview frege --json", "the same for a program"],
      ["preview frege --phase network --node russell", "what `up` would do of that alone"],
    ],
    exits: {
      ...ENDS,
      changesPending: "there is something to do",
      unreachable: "no host answered; what was printed is by the file and the records",
    },
    choices: { phase: PHASE_NAMES },
  },
  up: {
    examples: [
      ["up frege", "form the cluster, change it, or go on after an interruption"],
      ["up frege --json-lines", "from CI: each event as it comes"],
      ["up frege --quiet", "failures and the last line alone"],
      ["up frege --phase network", "one phase, with what it needs and the gates that prove it"],
    ],
    exits: ENDS,
    choices: { phase: PHASE_NAMES },
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
    const command = program.command(verb);
    if (verb !== "refresh") {
      command
        .option(
          "--phase <phase>",
          "only this phase, with what it needs and its gates; may stand several times",
          each,
        )
        .option("--node <node>", "only what is this node's own; may stand several times", each);
    }
    describeUse(
      withOptions(command, verb)
        .description(VERBS[verb])
        .argument("<stack>", STACK_ARGUMENT)
        .action(async (stack: string, options: Options) => {
          const { json = false, jsonLines = false, screen = true, diff = false } = options;
          const { phase = [], node = [] } = options;
          const { told } = await import("./engine/told.js");
          await told(json || jsonLines, async () => {
            const manner = mannerOf(options);
            if (verb !== "refresh" && phase.length + node.length > 0) {
              const { runPart } = await import("./engine/part/run-part.js");
              return await runPart(verb, stack, { manner, diff, phase, node });
            }
            const { runVerb } = await import("./engine/run-verb.js");
            return await runVerb(verb, stack, { manner, screen, diff });
          });
        }),
      USES[verb],
    );
  }
}

interface Options {
  readonly json?: boolean;
  readonly jsonLines?: boolean;
  readonly quiet?: boolean;
  readonly screen?: boolean;
  readonly diff?: boolean;
  readonly phase?: readonly string[];
  readonly node?: readonly string[];
}

function withOptions(command: Command, verb: keyof typeof VERBS): Command {
  command
    .addOption(
      new Option("--json", "print one JSON object at the end, nothing else").conflicts([
        "jsonLines",
        "quiet",
      ]),
    )
    .addOption(
      new Option("--json-lines", "print each event as one line of JSON, nothing else").conflicts(
        "quiet",
      ),
    )
    .option("--quiet", "print failures and the last line, nothing else")
    .option("--no-screen", "end `up` without the screen about the cluster");
  return verb === "preview"
    ? command.option("--diff", "also show the texts of files that `up` would write, as diffs")
    : command;
}

function mannerOf({ json, jsonLines, quiet }: Options): Manner {
  return json === true
    ? "json"
    : jsonLines === true
      ? "json lines"
      : quiet === true
        ? "quiet"
        : "lines";
}

function isVerb(verb: string): verb is keyof typeof VERBS {
  return verb in VERBS;
}
