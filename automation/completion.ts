import type { Command } from "commander";
import { EXIT } from "./engine/exit-status.js";
import { describeUse } from "./use/use.js";

const SHELLS = ["bash", "zsh", "fish"] as const;

/** `completion`: what a shell needs to complete verbs, options, stacks and nodes; and the verb that it asks then. */
export function registerCompletion(program: Command): void {
  describeUse(
    program
      .command("completion")
      .description("print the lines that make a shell complete verbs, options, stacks and nodes")
      .argument("<shell>", SHELLS.join(", "))
      .action(async (shell: string) => {
        const { told } = await import("./engine/told.js");
        await told(false, async () => {
          const { completionScript } = await import("./completion/scripts.js");
          process.stdout.write(completionScript(shell));
          return EXIT.done;
        });
      }),
    {
      examples: [
        [
          "completion bash > /etc/bash_completion.d/proxmox-ha",
          "for every new bash of this machine",
        ],
        ["completion zsh > ~/.zfunc/_proxmox-ha", "for every new zsh that reads this folder"],
        [
          "completion fish > ~/.config/fish/completions/proxmox-ha.fish",
          "for every new fish of yours",
        ],
      ],
      exits: { done: "printed", badInput: "a shell that it does not know" },
      choices: { shell: SHELLS },
    },
  );
  program
    .command("complete", { hidden: true })
    .argument("<index>")
    .argument("[words...]")
    .passThroughOptions()
    .allowUnknownOption()
    .helpOption(false)
    .action(async (index: string, words: string[]) => {
      const { complete } = await import("./completion/run.js");
      process.stdout.write(await complete(program, words, Number(index)));
    });
}
