import type { Command } from "commander";
import { STACK_ARGUMENT } from "./stack-argument.js";
import { describeUse } from "./use/use.js";

interface Options {
  readonly yes?: boolean;
  readonly whileMember?: boolean;
  readonly json?: boolean;
}

/** `fence`: how the fencers stand, and power by a person's wish. */
export function registerFence(program: Command): void {
  describeUse(
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
      }),
    {
      examples: [
        ["fence frege status", "who could switch off whom, and what is open"],
        [
          "fence frege off russell",
          "one of the other nodes switches russell off, after the checks",
        ],
        ["fence frege on russell", "and on again, once it may be"],
        ["fence frege confirm-off russell", "you have seen with your own eyes that russell is off"],
      ],
      exits: {
        done: "done, and with `status` all is well",
        failed: "it is not so",
        badInput: "mistakes in the stack file or on the command line",
        refused: "refused for safety",
        unreachable: "no node answers",
      },
      choices: { verb: ["status", "off", "on", "confirm-off"] },
    },
  );
}
