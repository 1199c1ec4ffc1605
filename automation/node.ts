import type { Command } from "commander";
import { STACK_ARGUMENT } from "./stack-argument.js";
import { describeUse } from "./use/use.js";

interface Options {
  readonly address?: string;
  readonly hardware?: string;
  readonly like?: string;
  readonly id?: string;
  readonly set: readonly string[];
  readonly for: string;
  readonly off?: boolean;
  readonly seenOff?: boolean;
  readonly editOnly?: boolean;
  readonly yes?: boolean;
  readonly json?: boolean;
}

/** `node`: the stack file edited for a node that comes or goes, its preview, and the run. */
export function registerNode(program: Command): void {
  describeUse(
    program
      .command("node")
      .description(
        "add, replace or remove a node: edit the stack file, preview, and go on if meant",
      )
      .argument("<stack>", STACK_ARGUMENT)
      .argument("<verb>", "add, replace or remove")
      .argument("<node>", "the node")
      .option("--address <address>", "of a new node, in the management network")
      .option("--like <node>", "a new node has this one's hardware, interfaces and storages")
      .option("--hardware <profile>", "hardware profile of a new node")
      .option("--id <id>", "id of a new node; the next one that is free unless said")
      .option("--set <path=value>", "another field of a new node; may be repeated", collect, [])
      .option("--for <time>", "how long the consent to a machine's leaving holds: 1d, 7d", "7d")
      .option("--off", "the run may switch the machine off that leaves, if its controller says On")
      .option("--seen-off", "a person has seen the machine off that leaves")
      .option("--edit-only", "edit the file and end there, even if something is missing in it")
      .option("--yes", "it is meant: do not ask for the node's name to be typed")
      .option("--json", "print one JSON object a line: the edit, the preview, the run")
      .action(async (stack: string, verb: string, node: string, options: Options) => {
        const json = options.json === true;
        const { told } = await import("./engine/told.js");
        await told(json, async () => {
          const { runNode } = await import("./node/run.js");
          return await runNode({
            stack,
            verb,
            node,
            address: options.address,
            hardware: options.hardware,
            like: options.like,
            id: options.id,
            set: options.set,
            for: options.for,
            off: options.off === true,
            seenOff: options.seenOff === true,
            editOnly: options.editOnly === true,
            yes: options.yes === true,
            json,
          });
        });
      }),
    {
      examples: [
        ["node frege replace russell", "a freshly installed machine takes russell's place"],
        ["node frege remove russell --seen-off", "russell, which somebody has seen off, leaves"],
        [
          "node frege add hilbert --address 10.203.3.14 --like russell",
          "a fourth machine of the same kind",
        ],
      ],
      exits: {
        done: "done",
        failed: "a step failed; the file stays changed, and the next `up` goes on",
        badInput: "mistakes on the command line, or in the file with that change",
        refused: "refused for safety, or not meant; the file is as it was",
        unreachable: "a host cannot be reached",
        interrupted: "interrupted; what was said last tells how the file is",
      },
      choices: { verb: ["add", "replace", "remove"] },
    },
  );
}

const collect = (one: string, all: readonly string[]): string[] => [...all, one];
