import type { Command } from "commander";
import { STACK_ARGUMENT } from "./stack-argument.js";

/** `status`: how the cluster is, from the nodes themselves. */
export function registerStatus(program: Command): void {
  program
    .command("status")
    .description("say how the cluster is: nodes, quorum, links, ring, storage, HA, fencing")
    .argument("<stack>", STACK_ARGUMENT)
    .option("--json", "print one JSON object")
    .addHelpText(
      "after",
      "\nExit status: 0 healthy, 1 something is wrong, 5 no node answered in time.",
    )
    .action(async (stack: string, options: { json?: boolean }) => {
      const json = options.json === true;
      const { told } = await import("./engine/told.js");
      await told(json, async () => {
        const { runStatus } = await import("./status/run.js");
        return await runStatus(stack, json);
      });
    });
}
