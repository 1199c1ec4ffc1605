import { Command, type CommanderError } from "commander";
import { registerAccept } from "./accept.js";
import { registerAnswer } from "./answer.js";
import { registerCompletion } from "./completion.js";
import { registerDoctor } from "./doctor.js";
import { registerDrill } from "./drill.js";
import { registerFence } from "./fence.js";
import { registerInit } from "./init.js";
import { registerMaintenance } from "./maintenance.js";
import { registerNode } from "./node.js";
import { registerReport } from "./report.js";
import { registerRunbook } from "./runbook.js";
import { registerStackVerbs } from "./stack-verbs.js";
import { registerStatus } from "./status.js";
import { registerTwin } from "./twin.js";
import { registerUpgrade } from "./upgrade.js";
import { registerValidate } from "./validate.js";
import { registerWhatIf } from "./whatif.js";

/** Bad input, as opposed to a command that failed. */
const EXIT_BAD_INPUT = 2;

/** Commands that cannot be read are the user's mistake; help is none. Commander has said in words which it was. */
function end(error: CommanderError): never {
  if (error.exitCode === 0) {
    process.exit(0);
  }
  if (process.argv.some((word) => word === "--json" || word === "--json-lines")) {
    process.stdout.write(
      `${JSON.stringify({ status: EXIT_BAD_INPUT, errors: [error.message] })}\n`,
    );
  }
  process.exit(EXIT_BAD_INPUT);
}

/**
 * The whole command line. Registering a verb costs nothing but its description; its code is loaded when the
 * verb runs, so that the quick ones stay quick.
 */
export function createProgram(version: string): Command {
  const program = new Command("proxmox-ha")
    .description("Proxmox VE clusters from one stack file")
    .version(version, "--version", "print the version of this program")
    .enablePositionalOptions()
    .configureHelp({ sortSubcommands: false })
    .showHelpAfterError("Run `proxmox-ha --help` for all commands.")
    .exitOverride(end);
  registerInit(program);
  registerValidate(program);
  registerAnswer(program);
  registerDoctor(program);
  registerStackVerbs(program);
  registerStatus(program);
  registerWhatIf(program);
  registerReport(program);
  registerRunbook(program);
  registerMaintenance(program);
  registerUpgrade(program);
  registerNode(program);
  registerFence(program);
  registerDrill(program);
  registerAccept(program);
  registerTwin(program, end);
  registerCompletion(program);
  return program;
}
