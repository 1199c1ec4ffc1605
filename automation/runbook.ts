import type { Command } from "commander";
import { TOPICS } from "./runbook/names.js";
import { STACK_ARGUMENT } from "./stack-argument.js";
import { describeUse } from "./use/use.js";

/** `runbook`: what to do by hand, written for this cluster as it is now. */
export function registerRunbook(program: Command): void {
  describeUse(
    program
      .command("runbook")
      .description("print what to do by hand, with this cluster's own names, from what is seen now")
      .argument("<stack>", STACK_ARGUMENT)
      .argument(
        "[topic]",
        "one of the topics; a list of them, the fitting ones first, when left out",
      )
      .option("--by-file", "ask no host: as the stack file has it")
      .option("--json", "print one JSON object")
      .action(
        async (
          stack: string,
          topic: string | undefined,
          options: { byFile?: boolean; json?: boolean },
        ) => {
          const json = options.json === true;
          const { told } = await import("./engine/told.js");
          await told(json, async () => {
            const { runRunbook } = await import("./runbook/run.js");
            return await runRunbook({
              stack,
              ...(topic === undefined ? {} : { topic }),
              byFile: options.byFile === true,
              json,
            });
          });
        },
      ),
    {
      examples: [
        ["runbook frege", "all topics, and which of them fit what is seen now"],
        ["runbook frege dead-node", "a node is dead: each step, where, and what it should print"],
        ["runbook frege lost-stack-file > lost.txt", "to be kept elsewhere, before it is needed"],
        ["runbook frege lost-quorum --by-file", "no host is asked"],
      ],
      exits: {
        done: "printed",
        badInput: "mistakes in the stack file, or a topic that there is not",
        unreachable: "printed by the stack file alone: no node answered in time",
      },
      choices: { topic: TOPICS },
    },
  );
}
