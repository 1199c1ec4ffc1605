import { Command, type CommanderError } from "commander";

/** Verbs, arguments and options of the twin are the twin's own; its code is loaded when one of them is wanted. */
export function registerTwin(program: Command, end: (error: CommanderError) => never): void {
  program
    .command("twin")
    .description("rehearse on a cluster of namespaces on this machine: up, run, ssh, fault, down")
    .helpOption(false)
    .allowUnknownOption()
    .passThroughOptions()
    .argument("[words...]")
    .action(async (words: string[]) => {
      const { registerTwinCommands } = await import("../twin/index.js");
      const twin = new Command("proxmox-ha twin").exitOverride(end);
      registerTwinCommands(twin);
      await twin.parseAsync(words, { from: "user" });
    });
}
