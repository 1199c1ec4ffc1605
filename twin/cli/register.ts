import type { Command } from "commander";
import { InvalidArgumentError } from "commander";
import { guarded, print } from "./action.js";
import { registerBreakVerbs } from "./break-verbs.js";
import { knownTwins, statusOf } from "./client.js";
import { down } from "./down.js";
import { runInside, sshTo } from "./enter.js";
import { addExamples } from "./examples.js";
import { registerHostVerbs } from "./host-verbs.js";
import { logFile, showLog } from "./logs.js";
import { checkedName } from "./problem.js";
import { statusText } from "./status-text.js";
import { forgetSnapshots, up } from "./up.js";

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
  // What follows a verb such as `run` belongs to the command that it runs.
  program.enablePositionalOptions();
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
    .option("-f, --follow", "go on with what it writes from now on, until interrupted")
    .description("what a node wrote to its console")
    .action(
      guarded(async (twin: string, node: string, flags: { follow?: boolean }) =>
        showLog(await logFile(checkedName(twin), `console-${node}`), flags.follow === true),
      ),
    );
  program
    .command("logs")
    .argument("<twin>")
    .argument("[part]", "supervisor by default")
    .option("-f, --follow", "go on with what it writes from now on, until interrupted")
    .description("the log of one part of the twin")
    .action(
      guarded(async (twin: string, part: string | undefined, flags: { follow?: boolean }) =>
        showLog(await logFile(checkedName(twin), part), flags.follow === true),
      ),
    );
  registerHostVerbs(program);
  registerBreakVerbs(program);
  program
    .command("down")
    .argument("<twin>")
    .option("--forget-snapshots", "remove its snapshots as well")
    .description("end the twin and leave nothing behind but the cache")
    .action(
      guarded(async (twin: string, flags: { forgetSnapshots?: boolean }) => {
        const name = checkedName(twin);
        const known = knownTwins().includes(name);
        const found = await down(name);
        if (flags.forgetSnapshots === true) forgetSnapshots(name);
        const gone = known || found.length > 0;
        print(gone ? `the twin "${name}" is gone` : `there was no twin "${name}"`);
        return undefined;
      }),
    );
  addExamples(program);
}
