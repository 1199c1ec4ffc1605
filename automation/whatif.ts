import { type Command, InvalidArgumentError } from "commander";
import { STACK_ARGUMENT } from "./stack-argument.js";
import { describeUse } from "./use/use.js";

interface Options {
  readonly lose?: readonly string[];
  readonly cut?: readonly string[];
  readonly without?: readonly string[];
  readonly disk?: readonly number[];
  readonly byFile?: boolean;
  readonly json?: boolean;
}

/** Names behind one another, by commas or by the option again. */
const names = (text: string, before: readonly string[] = []): string[] => [
  ...before,
  ...text.split(",").filter((name) => name !== ""),
];

const numbers = (text: string, before: readonly number[] = []): number[] => [
  ...before,
  ...names(text).map((name) => {
    const [, digits] = /^(?:osd\.)?(\d+)$/.exec(name) ?? [];
    if (digits === undefined) {
      throw new InvalidArgumentError("Write numbers of OSDs, such as `osd.3` or `3`.");
    }
    return Number(digits);
  }),
];

/** `whatif`: what a loss would mean, before it comes. */
export function registerWhatIf(program: Command): void {
  describeUse(
    program
      .command("whatif")
      .description("foretell what a loss would mean: quorum, guests, Ceph, storages, fencing")
      .argument("<stack>", STACK_ARGUMENT)
      .option("--lose <nodes>", "these nodes are gone, all at once", names)
      .option("--cut <networks>", "nothing gets through these networks", names)
      .option("--without <storages>", "these storages do not answer", names)
      .option("--disk <osds>", "the disks of these OSDs are dead", numbers)
      .option("--by-file", "ask no host: as the stack file has it")
      .option("--json", "print one JSON object")
      .action(async (stack: string, options: Options) => {
        const json = options.json === true;
        const { told } = await import("./engine/told.js");
        await told(json, async () => {
          const { runWhatIf } = await import("./whatif/run.js");
          const { lose = [], cut = [], without = [], disk = [] } = options;
          return await runWhatIf({
            stack,
            json,
            byFile: options.byFile === true,
            loss: { nodes: lose, networks: cut, storages: without, osds: disk },
          });
        });
      }),
    {
      examples: [
        ["whatif frege --lose russell", "one node is gone, from where guests run now"],
        ["whatif frege --lose russell,frege", "two of them at once"],
        ["whatif frege --cut ring --without nfs-vms", "a network and a storage, too"],
        ["whatif pve1 --disk osd.3 --by-file", "a dead disk; no host is asked"],
      ],
      exits: {
        done: "everything goes on serving, if need be on other nodes",
        failed: "something stops",
        badInput: "mistakes in the stack file, or a name that it does not have",
      },
    },
  );
}
