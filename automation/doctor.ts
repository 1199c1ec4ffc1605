import type { Command } from "commander";
import { STACK_ARGUMENT } from "./stack-argument.js";
import { describeUse } from "./use/use.js";

interface Options {
  readonly json?: boolean;
  readonly cluster?: boolean;
  readonly throughput?: string | true;
}

/** `doctor`: what is in the way, read from the hosts themselves. */
export function registerDoctor(program: Command): void {
  describeUse(
    program
      .command("doctor")
      .description(
        "examine all hosts and power devices, and say what is in the way; writes nothing",
      )
      .argument("<stack>", STACK_ARGUMENT)
      .option("--cluster", "also measure a formed cluster: paths, quorum, links, services, storage")
      .option(
        "--throughput [network]",
        "also send up to 1 GB or 10 s over each path of a network, one direction at a time; without a name over the rings",
      )
      .option("--json", "print one JSON object")
      .action(async (stack: string, options: Options) => {
        const json = options.json === true;
        const { told } = await import("./engine/told.js");
        await told(json, async () => {
          const { runDoctor } = await import("./doctor/run.js");
          const { throughput } = options;
          return await runDoctor({
            stack,
            json,
            cluster: options.cluster === true,
            ...(throughput === undefined ? {} : { throughput }),
          });
        });
      }),
    {
      examples: [
        ["doctor frege", "before the first `up`: what is in the way"],
        ["doctor frege --cluster", "what a formed cluster measures, too"],
        ["doctor frege --throughput ring", "how much each path of the network `ring` carries"],
      ],
      exits: {
        done: "no errors; warnings do not count",
        failed: "errors found",
        badInput: "mistakes in the stack file",
        unreachable: "a host cannot be reached",
      },
    },
  );
}
