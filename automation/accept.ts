import type { Command } from "commander";
import { STACK_ARGUMENT } from "./stack-argument.js";
import { describeUse } from "./use/use.js";

interface Options {
  readonly list?: boolean;
  readonly only?: readonly string[];
  readonly destructive?: boolean;
  readonly node?: string;
  readonly yes?: boolean;
  readonly json?: boolean;
}

/** `accept`: a suite of tests with thresholds, from the file. */
export function registerAccept(program: Command): void {
  describeUse(
    program
      .command("accept")
      .description(
        "test the cluster against thresholds, as the file has it: links, paths, storages, fencing, throughput, restore; with a flag also failover",
      )
      .argument("<stack>", STACK_ARGUMENT)
      .option("--list", "only tell what each test does, needs, measures and takes back")
      .option("--only <tests...>", "these tests alone, by their names")
      .option(
        "--destructive",
        "also those that cut links, isolate a node, and cut its power; each asks for the node's name",
      )
      .option("--node <name>", "the node that those take; one that suits without it")
      .option("--yes", "it is meant: do not ask for the node's name to be typed")
      .option("--json", "print one JSON object")
      .action(async (stack: string, options: Options) => {
        const json = options.json === true;
        const { told } = await import("./engine/told.js");
        await told(json, async () => {
          const { runAccept } = await import("./accept/run.js");
          const { node, only = [] } = options;
          return await runAccept({
            stack,
            only,
            list: options.list === true,
            destructive: options.destructive === true,
            ...(node === undefined ? {} : { node }),
            yes: options.yes === true,
            json,
          });
        });
      }),
    {
      examples: [
        ["accept frege --list", "what would be tested, from the file alone"],
        ["accept frege", "everything that takes nothing away from anybody"],
        ["accept frege --destructive", "also failover; asks for each node's name"],
        ["accept frege --only throughput links", "two of the tests"],
      ],
      exits: {
        done: "everything that applies and was asked for passed",
        failed: "a test failed, or could not be tried",
        badInput: "mistakes in the stack file or on the command line",
        refused: "a drill is under way",
        unreachable: "no node answers",
        interrupted: "interrupted, and restored",
      },
    },
  );
}
