import { Command } from "commander";
import { EXIT_USER_PROBLEM } from "./cli/action.js";
import { registerTwinCommands } from "./cli/register.js";

if (require.main === module) {
  // A command that is written wrongly is the user's matter, as in guarded().
  const program = new Command("twin").exitOverride((error) =>
    process.exit(error.exitCode === 0 ? 0 : EXIT_USER_PROBLEM),
  );
  registerTwinCommands(program);
  program.parseAsync().catch((error: unknown) => {
    process.stderr.write(
      `${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`,
    );
    process.exitCode = 1;
  });
}
