import { Command } from "commander";
import { registerTwinCommands } from "./cli/register.js";

if (require.main === module) {
  const program = new Command("twin").enablePositionalOptions();
  registerTwinCommands(program);
  program.parseAsync().catch((error: unknown) => {
    process.stderr.write(
      `${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`,
    );
    process.exitCode = 1;
  });
}
