import type { Command } from "commander";
import { STACK_ARGUMENT } from "./stack-argument.js";
import { describeUse } from "./use/use.js";

interface Options {
  readonly for: string;
  readonly yes?: boolean;
  readonly json?: boolean;
}

/** `maintenance`: a node out of service and back. */
export function registerMaintenance(program: Command): void {
  describeUse(
    program
      .command("maintenance")
      .description("take a node out of service so that nobody misses it, or bring it back")
      .argument("<stack>", STACK_ARGUMENT)
      .argument("<verb>", "on or off")
      .argument("<node>", "the node")
      .option("--for <time>", "after which a forgotten end is told: 30m, 2h, 1d", "2h")
      .option("--yes", "it is meant: do not ask for the node's name to be typed")
      .option("--json", "print one JSON object")
      .action(async (stack: string, verb: string, node: string, options: Options) => {
        const json = options.json === true;
        const { told } = await import("./engine/told.js");
        await told(json, async () => {
          const { runMaintenance } = await import("./maintenance/run.js");
          return await runMaintenance({
            stack,
            verb,
            node,
            for: options.for,
            yes: options.yes === true,
            json,
          });
        });
      }),
    {
      examples: [
        ["maintenance frege on russell", "guests leave russell, and it may be switched off"],
        ["maintenance frege on russell --for 8h", "the same, for a working day"],
        ["maintenance frege off russell", "once it is sound: guests and data as before"],
      ],
      exits: {
        done: "done",
        failed: "a step failed; what it says was put back",
        badInput: "mistakes in the stack file or on the command line",
        refused: "refused for safety",
        unreachable: "no node answers",
      },
      choices: { verb: ["on", "off"] },
    },
  );
}
