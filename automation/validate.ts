import path from "node:path";
import type { Command } from "commander";

/** `validate`: everything wrong with stack files, before a host is touched. */
export function registerValidate(program: Command): void {
  program
    .command("validate")
    .description("check stack files and say everything that is wrong with them")
    .argument("[target...]", "stack name or file; all stack files of the project when left out")
    .option("--json", "print the findings as JSON")
    .addHelpText("after", "\nExit status: 0 nothing wrong (warnings do not count), 2 errors found.")
    .action(async (targets: string[], options: { json?: boolean }) => {
      const { validate } = await import("./validate/run.js");
      const { output, exitCode } = validate({
        targets,
        json: options.json === true,
        // As for the other verbs, the environment may name another folder with the stack files.
        directory: path.resolve(process.env.PROXMOX_HA_PROJECT || process.cwd()),
        today: new Date().toISOString().slice(0, 10),
      });
      process.stdout.write(output);
      process.exitCode = exitCode;
    });
}
