import type { Command } from "commander";

/** `status`: how the cluster is, from the nodes themselves. */
export function registerStatus(program: Command): void {
  program
    .command("status")
    .description("say how the cluster is: nodes, quorum, links, ring, storage, HA")
    .argument("<stack>", "name of the stack: Pulumi.<stack>.yaml")
    .option("--json", "print one JSON object")
    .addHelpText(
      "after",
      "\nExit status: 0 healthy, 1 something is wrong, 5 no node answered in time.",
    )
    .action(async (stack: string, options: { json?: boolean }) => {
      const { runStatus } = await import("./status/run.js");
      process.exitCode = await runStatus(stack, options.json === true);
    });
}
