import type { Command } from "commander";
import { STACK_ARGUMENT } from "./stack-argument.js";
import { describeUse } from "./use/use.js";

interface Options {
  readonly plan?: boolean;
  readonly canary?: string;
  readonly yes?: boolean;
  readonly json?: boolean;
}

/** `upgrade`: node after node. */
export function registerUpgrade(program: Command): void {
  describeUse(
    program
      .command("upgrade")
      .description("upgrade packages and kernels, node after node, within the major of Proxmox")
      .argument("<stack>", STACK_ARGUMENT)
      .option("--plan", "say what would be done, and write nothing to the hosts")
      .option("--canary <node>", "upgrade this node first, and stop after it")
      .option("--yes", "it is meant: do not ask for the cluster's name to be typed")
      .option("--json", "print one JSON object")
      .action(async (stack: string, options: Options) => {
        const json = options.json === true;
        const { told } = await import("./engine/told.js");
        await told(json, async () => {
          const { runUpgrade } = await import("./upgrade/run.js");
          return await runUpgrade({
            stack,
            plan: options.plan === true,
            canary: options.canary,
            yes: options.yes === true,
            json,
          });
        });
      }),
    {
      examples: [
        ["upgrade frege --plan", "packages, restarts, order and time, by the lists on the hosts"],
        ["upgrade frege --canary russell", "russell alone; without the option it goes on"],
        ["upgrade frege", "all nodes; one that was cut is gone on with"],
      ],
      exits: {
        done: "done, or nothing to do",
        failed: "a step failed; what it says stays out of service",
        badInput: "mistakes in the stack file or on the command line",
        refused: "refused for safety: unhealthy, no room, another upgrade",
        unreachable: "no node answers, or one did not come back from its restart",
      },
    },
  );
}
