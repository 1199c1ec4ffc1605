import type { Command } from "commander";
import { STACK_ARGUMENT } from "./stack-argument.js";
import { describeUse } from "./use/use.js";

interface Options {
  readonly out?: string;
  readonly sshKey?: string;
  readonly json?: boolean;
}

/** `answer`: what Proxmox's automated installer is told, before there is a host. */
export function registerAnswer(program: Command): void {
  describeUse(
    program
      .command("answer")
      .description("write what Proxmox's automated installer is told, for each node or one")
      .argument("<stack>", STACK_ARGUMENT)
      .argument("[node]", "one node; all of them when left out")
      .option("--out <folder>", "where the files go; beside the stack's state when left out")
      .option("--ssh-key <file>", "public half of the program's key, where `access.key` keeps it")
      .option("--json", "print one JSON object")
      .action(async (stack: string, node: string | undefined, options: Options) => {
        const json = options.json === true;
        const { told } = await import("./engine/told.js");
        await told(json, async () => {
          const { runAnswer } = await import("./answer/run.js");
          const { out, sshKey } = options;
          return runAnswer({
            stack,
            json,
            ...(node === undefined ? {} : { node }),
            ...(out === undefined ? {} : { out }),
            ...(sshKey === undefined ? {} : { sshKey }),
          });
        });
      }),
    {
      examples: [
        ["answer frege", "answer files and the script of the first boot, for all nodes"],
        ["answer frege russell --out stick", "one node, into the folder stick"],
      ],
      exits: {
        done: "written",
        badInput: "mistakes in the stack file, or something that it does not say",
      },
    },
  );
}
