import type { Command } from "commander";
import { STACK_ARGUMENT } from "./stack-argument.js";
import { describeUse } from "./use/use.js";

interface Options {
  readonly node?: string;
  readonly master?: boolean;
  readonly guest?: string;
  readonly each?: boolean;
  readonly yes?: boolean;
  readonly json?: boolean;
}

const EFFECTS = `
What each does, and what it means for guests:
  verify    every fencer asks its peers' power devices now; nothing is switched
  identify  lights the locator of a machine for a minute
  off       moves the guests away, then switches the node off and on by its
            power device; no guest is lost
  crash     crashes the kernel: guests under HA die there, and HA starts them
            elsewhere
  isolate   cuts corosync's links on the node: the same, when its watchdog or
            its peers have stopped it
  cut       cuts the power while it works: the same
  security  looks from the hosts and from here at logins, ports, certificates,
            tokens, secrets and updates; nothing is changed
  restore   restores the newest backup of a guest beside it, unplugged, sees it
            run and removes it; no guest is touched`;

/** `drill`: what fencing, HA and locks are relied on for, tried on purpose. */
export function registerDrill(program: Command): void {
  describeUse(
    program
      .command("drill")
      .description(
        "prove on purpose that fencing, recovery, backups and locks work, and leave everything as it was",
      )
      .argument("<stack>", STACK_ARGUMENT)
      .argument("<drill>", "verify, identify, off, crash, isolate, cut, restore or security")
      .option("--node <name>", "the node")
      .option("--master", "the node that is HA master at the moment")
      .option("--guest <name>", "of restore: the guest, by name or number; the smallest without it")
      .option("--each", "of restore: every guest that has a backup, one after the other")
      .option("--yes", "it is meant: do not ask for the node's name to be typed")
      .option("--json", "print one JSON object")
      .addHelpText("after", EFFECTS)
      .action(async (stack: string, drill: string, options: Options) => {
        const json = options.json === true;
        const { told } = await import("./engine/told.js");
        await told(json, async () => {
          const { runDrill } = await import("./drill/run.js");
          const { node, guest } = options;
          return await runDrill({
            stack,
            drill,
            ...(node === undefined ? {} : { node }),
            master: options.master === true,
            ...(guest === undefined ? {} : { guest }),
            each: options.each === true,
            yes: options.yes === true,
            json,
          });
        });
      }),
    {
      examples: [
        ["drill frege verify", "every fencer asks its peers' power devices; nothing is switched"],
        [
          "drill frege off --node russell",
          "guests leave, power off and on again; no guest is lost",
        ],
        ["drill frege restore --each", "the newest backup of every guest comes back and runs"],
        ["drill frege security", "what is open that need not be, and how to close it"],
        ["drill frege identify --node russell", "its locator is lit for a minute"],
        ["drill frege crash --node russell", "its kernel crashes; HA starts its guests elsewhere"],
        ["drill frege isolate --node russell", "it loses corosync's links, and is stopped"],
        ["drill frege cut --master", "the power of the HA master is cut while it works"],
      ],
      exits: {
        done: "it proved what it is for and all is restored",
        failed: "it did not, or not all is restored",
        badInput: "mistakes in the stack file or on the command line",
        refused: "refused for safety",
        unreachable: "no node answers",
        interrupted: "interrupted, and restored",
      },
      choices: {
        drill: ["verify", "identify", "off", "crash", "isolate", "cut", "restore", "security"],
      },
    },
  );
}
