import type { Command } from "commander";
import { STACK_ARGUMENT } from "./stack-argument.js";
import { describeUse } from "./use/use.js";

/** `status`: how the cluster is, from the nodes themselves. */
export function registerStatus(program: Command): void {
  describeUse(
    program
      .command("status")
      .description("say how the cluster is: nodes, quorum, links, ring, storage, HA, fencing")
      .argument("<stack>", STACK_ARGUMENT)
      .option("--json", "print one JSON object")
      .action(async (stack: string, options: { json?: boolean }) => {
        const json = options.json === true;
        const { told } = await import("./engine/told.js");
        await told(json, async () => {
          const { runStatus } = await import("./status/run.js");
          return await runStatus(stack, json);
        });
      }),
    {
      examples: [
        ["status frege", "one screen about the cluster"],
        ["status frege --json", "the same for a program"],
      ],
      exits: {
        done: "healthy",
        failed: "something is wrong",
        badInput: "mistakes in the stack file",
        unreachable: "no node answered in time",
      },
    },
  );
}
