import type { Command } from "commander";
import { STACK_ARGUMENT } from "./stack-argument.js";
import { describeUse } from "./use/use.js";

/** `report`: one page about everything that can be seen, for people and for records. */
export function registerReport(program: Command): void {
  describeUse(
    program
      .command("report")
      .description(
        "write one HTML file about the cluster: topology, gates, fencing, backups, drills, what if; changes nothing",
      )
      .argument("<stack>", STACK_ARGUMENT)
      .option("--out <file>", "where it goes; below the stack's own folder when left out")
      .option("--json", "print one JSON object about the file")
      .action(async (stack: string, options: { out?: string; json?: boolean }) => {
        const json = options.json === true;
        const { told } = await import("./engine/told.js");
        await told(json, async () => {
          const { runReport } = await import("./report/run.js");
          const { out } = options;
          return await runReport({ stack, json, ...(out === undefined ? {} : { out }) });
        });
      }),
    {
      examples: [
        ["report frege", "a page with the date in its name, beside the stack's state"],
        ["report frege --out frege.html", "the same file again and again"],
      ],
      exits: {
        done: "written; it says itself what is well and what was not seen",
        failed: "it could not be written",
        badInput: "mistakes in the stack file, or a file behind `--out` that is no report",
        unreachable: "written by the stack file and the history alone: no node answered in time",
      },
    },
  );
}
