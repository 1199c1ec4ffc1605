import type { Command } from "commander";
import { z } from "zod";
import { guarded, print } from "./action.js";
import { ask } from "./client.js";
import { FAULT_USAGE, parseFault } from "./fault-arguments.js";
import { checkedLabel, checkedName } from "./problem.js";

interface JsonFlag {
  readonly json?: boolean;
}

const caused = z.object({ id: z.number(), what: z.string() });
const healed = z.object({ healed: z.array(z.string()) });
const kept = z.object({
  label: z.string(),
  kept: z.array(z.string()),
  notKept: z.array(z.string()),
});

/** What is broken on purpose and undone, and states of a twin to come back to. */
export function registerBreakVerbs(program: Command): void {
  program
    .command("fault")
    .argument("<twin>")
    .argument("<kind>")
    .argument("[details...]")
    .option("--json", "for programs")
    .description("break something on purpose")
    .addHelpText(
      "after",
      `\nFaults:\n${FAULT_USAGE.map(([usage, meaning]) => `  ${usage}\n      ${meaning}`).join("\n")}`,
    )
    .action(
      guarded(async (twin: string, kind: string, words: string[], { json }: JsonFlag) => {
        const name = checkedName(twin);
        const answer = caused.parse(await ask(name, "POST", "/faults", parseFault(kind, words)));
        print(json === true ? JSON.stringify(answer) : answer.what);
        return undefined;
      }),
    );
  program
    .command("heal")
    .argument("<twin>")
    .option("--json", "for programs")
    .description("undo every fault")
    .action(
      guarded(async (twin: string, { json }: JsonFlag) => {
        const answer = healed.parse(await ask(checkedName(twin), "POST", "/heal"));
        const lines = answer.healed.map((what) => `undone: ${what}`);
        print(json === true ? JSON.stringify(answer) : lines.join("\n") || "nothing was broken");
        return undefined;
      }),
    );
  registerSnapshots(program);
}

function registerSnapshots(program: Command): void {
  for (const [verb, description, done] of [
    ["snapshot", "keep what the hosts have written, under a label", "kept as"],
    ["restore", "bring the hosts back to a snapshot", "as it was at"],
  ] as const) {
    program
      .command(verb)
      .argument("<twin>")
      .argument("<label>")
      .option("--json", "for programs")
      .description(description)
      .action(
        guarded(async (twin: string, label: string, { json }: JsonFlag) => {
          const body = { label: checkedLabel(label) };
          const answer = kept.parse(await ask(checkedName(twin), "POST", `/${verb}`, body));
          const text = [
            `${twin} is ${done} ${answer.label}, with ${answer.kept.join(", ")}`,
            ...answer.notKept.map((one) => `not kept: ${one}`),
          ];
          print(json === true ? JSON.stringify(answer, undefined, 2) : text.join("\n"));
          return undefined;
        }),
      );
  }
}
