import type { Command } from "commander";
import { describeUse } from "./use/use.js";
import { visible } from "./visible.js";

/** `validate`: everything wrong with stack files, before a host is touched. */
export function registerValidate(program: Command): void {
  describeUse(
    program
      .command("validate")
      .description("check stack files and say everything that is wrong with them")
      .argument("[target...]", "stack name or file; all stack files of the project when left out")
      .option("--json", "print the findings as JSON")
      .action(async (targets: string[], options: { json?: boolean }) => {
        const json = options.json === true;
        const { told } = await import("./engine/told.js");
        await told(json, async () => {
          const { validate } = await import("./validate/run.js");
          const { stackFilesFolder } = await import("./engine/backend.js");
          const { recordedCephNames } = await import("./engine/folder-records.js");
          const { output, exitCode } = validate({
            targets,
            json,
            directory: process.cwd(),
            project: stackFilesFolder(),
            today: new Date().toISOString().slice(0, 10),
            recorded: (stack) => recordedCephNames(process.env, stack),
          });
          process.stdout.write(options.json === true ? output : visible(output));
          return exitCode;
        });
      }),
    {
      examples: [
        ["validate", "all stack files of the project"],
        ["validate frege", "one stack"],
        ["validate ../site/Pulumi.frege.yaml --json", "a file elsewhere, for a program"],
      ],
      exits: { done: "nothing wrong; warnings do not count", badInput: "errors found" },
    },
  );
}
