import type { Command } from "commander";
import { InvalidArgumentError } from "commander";
import { guarded, print } from "./cli/action.js";
import { ask, knownTwins, statusOf } from "./cli/client.js";
import { down } from "./cli/down.js";
import { runInside, sshTo } from "./cli/enter.js";
import { FAULT_USAGE, parseFault } from "./cli/fault-arguments.js";
import { registerHostVerbs } from "./cli/host-verbs.js";
import { logOf } from "./cli/logs.js";
import { checkedName } from "./cli/problem.js";
import { statusText } from "./cli/status-text.js";
import { forgetSnapshots, up } from "./cli/up.js";

function positive(text: string): number {
  const value = Number(text);
  if (Number.isFinite(value) && value > 0) return value;
  throw new InvalidArgumentError("write a number above 0");
}

interface UpFlags {
  readonly name?: string;
  readonly timeScale: number;
  readonly nodes?: string[];
  readonly restore?: string;
}

/** Adds `up`, `run`, `status` and the other verbs of the twin to a command. */
export function registerTwinCommands(program: Command): void {
  program
    .command("up")
    .argument("<stack>", "name of a stack, or its file")
    .option("--name <name>", "name of the twin; the stack's by default")
    .option("--time-scale <n>", "divide HA's waiting times by this", positive, 1)
    .option("--nodes <node...>", "only some of the nodes")
    .option("--restore <label>", "continue from a snapshot")
    .description("build and start the cluster that a stack file describes")
    .action(
      guarded(async (stack: string, flags: UpFlags) => {
        await up(stack, flags);
        return undefined;
      }),
    );
  program
    .command("run")
    .argument("<twin>")
    .argument("<command...>", "after --")
    .passThroughOptions()
    .description("run a command inside the twin, where the program would run")
    .action(guarded((twin: string, command: string[]) => runInside(checkedName(twin), command)));
  program
    .command("status")
    .argument("[twin]", "without it: the names of all twins")
    .option("--json", "for programs")
    .description("hosts, power, links, quorum, storage; what is real and what is replaced")
    .action(
      guarded(async (twin: string | undefined, flags: { json?: boolean }) => {
        if (twin === undefined) {
          const names = knownTwins();
          print(
            flags.json === true ? JSON.stringify(names) : names.join("\n") || "no twin is running",
          );
          return undefined;
        }
        const status = await statusOf(checkedName(twin), true);
        print(flags.json === true ? JSON.stringify(status, undefined, 2) : statusText(status));
        return status.phase === "ready" ? 0 : 1;
      }),
    );
  program
    .command("ssh")
    .argument("<twin>")
    .argument("<node>")
    .argument("[command...]")
    .passThroughOptions()
    .description("log in to a node as root, or run a command there")
    .action(
      guarded((twin: string, node: string, command: string[]) =>
        sshTo(checkedName(twin), node, command),
      ),
    );
  program
    .command("console")
    .argument("<twin>")
    .argument("<node>")
    .description("what a node wrote to its console")
    .action(
      guarded(async (twin: string, node: string) => {
        print(await logOf(checkedName(twin), `console-${node}`));
        return undefined;
      }),
    );
  program
    .command("logs")
    .argument("<twin>")
    .argument("[part]", "supervisor by default")
    .description("the log of one part of the twin")
    .action(
      guarded(async (twin: string, part: string | undefined) => {
        print(await logOf(checkedName(twin), part));
        return undefined;
      }),
    );
  registerHostVerbs(program);
  registerFaults(program);
  registerSnapshots(program);
  program
    .command("down")
    .argument("<twin>")
    .option("--forget-snapshots", "remove its snapshots as well")
    .description("end the twin and leave nothing behind but the cache")
    .action(
      guarded(async (twin: string, flags: { forgetSnapshots?: boolean }) => {
        const name = checkedName(twin);
        await down(name);
        if (flags.forgetSnapshots === true) forgetSnapshots(name);
        return undefined;
      }),
    );
}

function registerFaults(program: Command): void {
  program
    .command("fault")
    .argument("<twin>")
    .argument("<kind>")
    .argument("[details...]")
    .description("break something on purpose")
    .addHelpText(
      "after",
      `\nFaults:\n${FAULT_USAGE.map(([usage, meaning]) => `  ${usage}\n      ${meaning}`).join("\n")}`,
    )
    .action(
      guarded(async (twin: string, kind: string, words: string[]) => {
        print(
          JSON.stringify(await ask(checkedName(twin), "POST", "/faults", parseFault(kind, words))),
        );
        return undefined;
      }),
    );
  program
    .command("heal")
    .argument("<twin>")
    .description("undo every fault")
    .action(
      guarded(async (twin: string) => {
        print(JSON.stringify(await ask(checkedName(twin), "POST", "/heal")));
        return undefined;
      }),
    );
}

function registerSnapshots(program: Command): void {
  for (const [verb, description] of [
    ["snapshot", "keep what the hosts have written, under a label"],
    ["restore", "bring the hosts back to a snapshot"],
  ] as const) {
    program
      .command(verb)
      .argument("<twin>")
      .argument("<label>")
      .description(description)
      .action(
        guarded(async (twin: string, label: string) => {
          print(
            JSON.stringify(
              await ask(checkedName(twin), "POST", `/${verb}`, { label }),
              undefined,
              2,
            ),
          );
          return undefined;
        }),
      );
  }
}
