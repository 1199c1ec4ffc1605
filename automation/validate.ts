import type { Command } from "commander";
import { visible } from "./visible.js";

/** `validate`: everything wrong with stack files, before a host is touched. */
export function registerValidate(program: Command): void {
  program
    .command("validate")
    .description("check stack files and say everything that is wrong with them")
    .argument("[target...]", "stack name or file; all stack files of the project when left out")
    .option("--json", "print the findings as JSON")
    .addHelpText("after", "\nExit status: 0 nothing wrong (warnings do not count), 2 errors found.")
    .action(async (targets: string[], options: { json?: boolean }) => {
      const json = options.json === true;
      const { told } = await import("./engine/told.js");
      await told(json, async () => {
        const { validate } = await import("./validate/run.js");
        const { stackFilesFolder } = await import("./engine/backend.js");
        const { output, exitCode } = validate({
          targets,
          json,
          directory: process.cwd(),
          project: stackFilesFolder(),
          today: new Date().toISOString().slice(0, 10),
        });
        process.stdout.write(options.json === true ? output : visible(output));
        return exitCode;
      });
    });
}
