import { Command, type CommanderError } from "commander";
import { registerDoctor } from "./doctor.js";
import { registerStackVerbs } from "./stack-verbs.js";
import { registerStatus } from "./status.js";
import { registerTwin } from "./twin.js";
import { registerValidate } from "./validate.js";

/** Bad input, as opposed to a command that failed. */
const EXIT_BAD_INPUT = 2;

/** Commands that cannot be read are the user's mistake; help is none. */
function end(error: CommanderError): never {
  process.exit(error.exitCode === 0 ? 0 : EXIT_BAD_INPUT);
}

/**
 * The whole command line. Registering a verb costs nothing but its description; its code is loaded when the
 * verb runs, so that the quick ones stay quick.
 */
export function createProgram(): Command {
  const program = new Command("proxmox-ha")
    .description("Proxmox VE clusters from one stack file")
    .enablePositionalOptions()
    .configureHelp({ sortSubcommands: false })
    .showHelpAfterError("Run `proxmox-ha --help` for all commands.")
    .exitOverride(end);
  registerValidate(program);
  registerDoctor(program);
  registerStackVerbs(program);
  registerStatus(program);
  registerTwin(program, end);
  return program;
}
