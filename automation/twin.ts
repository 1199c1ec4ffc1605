import { Command, type CommanderError } from "commander";
import { loadTwin } from "./load-twin.js";

const NO_TWIN =
  "The npm package comes without the twin. Rehearse in a checkout of proxmox-ha: `npm run setup` there installs what a twin needs. Nothing was done.";

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
      const loaded = await loadTwin();
      if (loaded === undefined) {
        const { tell } = await import("./engine/told.js");
        process.exitCode = tell(2, [NO_TWIN], words.includes("--json"));
        return;
      }
      const twin = new Command("proxmox-ha twin").exitOverride(end);
      loaded.registerTwinCommands(twin);
      await twin.parseAsync(words, { from: "user" });
    });
}
