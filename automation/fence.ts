import type { Command } from "commander";
import { STACK_ARGUMENT } from "./stack-argument.js";

interface Options {
  readonly yes?: boolean;
  readonly whileMember?: boolean;
  readonly json?: boolean;
}

/** `fence`: how the fencers stand, and power by a person's wish. */
export function registerFence(program: Command): void {
  program
    .command("fence")
    .description("see how the fencers stand, or have one switch a node off or on")
    .argument("<stack>", STACK_ARGUMENT)
    .argument("<verb>", "status, off, on, or confirm-off: you have seen that it is off")
    .argument("[node]", "the node, for all but `status`")
    .option("--yes", "it is meant: do not ask for the node's name to be typed")
    .option(
      "--while-member",
      "`off` also of a node that is at work, with everything that runs on it",
    )
    .option("--json", "print one JSON object")
    .addHelpText(
      "after",
      "\nExit status: 0 done, and with `status` all is well; 1 it is not so; 2 mistakes in the stack file or on the command line; 3 refused for safety; 5 no node answers.",
    )
    .action(async (stack: string, verb: string, node: string | undefined, options: Options) => {
      const json = options.json === true;
      const { told } = await import("./engine/told.js");
      await told(json, async () => {
        const { runFence } = await import("./fence/run.js");
        return await runFence({
          stack,
          verb,
          ...(node === undefined ? {} : { node }),
          yes: options.yes === true,
          whileMember: options.whileMember === true,
          json,
        });
      });
    });
}
