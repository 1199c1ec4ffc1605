import { Command } from "commander";
import { describe, expect, it } from "vitest";
import { DRILLS } from "../../../../automation/drill/order.js";
import { FENCE_VERBS } from "../../../../automation/fence/run.js";
import { createProgram } from "../../../../automation/program.js";
import { exitsOf, useOf } from "../../../../automation/use/use.js";
import { HARDWARE_PROFILES } from "../../../../config/schema/hardware.js";
import { registerTwinCommands } from "../../../../twin/index.js";

const verbs = createProgram("0")
  .commands.filter((one) => !["twin", "complete"].includes(one.name()))
  .map((one) => [one.name(), one] as const);

/** Calls the program as its words say, with every verb doing nothing; returns the verb that was called. */
function called(words: string): string {
  const program = createProgram("0");
  let verb = "";
  for (const command of program.commands) {
    command.action((...given: readonly unknown[]) => {
      const self = given.at(-1);
      verb = self === command ? command.name() : verb;
    });
    command.exitOverride();
  }
  const typed = words.split(" > ")[0] ?? "";
  program.exitOverride().parse(typed.split(" "), { from: "user" });
  return verb;
}

const use = (command: Command) => {
  const found = useOf(command);
  if (found === undefined) {
    throw new Error(`${command.name()} says nothing about its use`);
  }
  return found;
};

/** All that its help prints, with what was added behind it. */
function helpOf(command: Command): string {
  let text = "";
  command.configureOutput({
    writeOut: (more) => {
      text += more;
    },
  });
  command.outputHelp();
  return text;
}

const twin = new Command("proxmox-ha twin");
registerTwinCommands(twin);
const everyVerb = [...verbs, ...twin.commands.map((one) => [`twin ${one.name()}`, one] as const)];

describe("the help of each verb", () => {
  it.each(everyVerb)("ends with an example that calls it: %s", (name, command) => {
    const last = helpOf(command).trimEnd().split("\n").at(-1);
    expect(last).toMatch(new RegExp(`^ {2,6}proxmox-ha ${name} `));
  });

  it.each(everyVerb)("fits on a terminal, but for calls to copy: %s", (_name, command) => {
    const wide = helpOf(command)
      .split("\n")
      .filter((line) => line.length > 80 && !/^ {6}proxmox-ha /.test(line));
    expect(wide).toEqual([]);
  });

  it.each(everyVerb)("stands behind a mistake as well: %s", async (name, command) => {
    let said = "";
    command.exitOverride().configureOutput({
      writeErr: (text) => {
        said += text;
      },
    });
    await command.parseAsync(["--no-such-option"], { from: "user" }).catch(() => undefined);
    expect(said).toContain(`For example: proxmox-ha ${name}`);
  });

  it.each(["fence", "drill", "maintenance", "completion"])(
    "has an example of each of its words: %s",
    (name) => {
      const command = verbs.find(([one]) => one === name)?.[1];
      const { choices = {}, examples } = use(command ?? new Command());
      const typed = examples.flatMap(([line]) => line.split(" "));
      const missing = Object.values(choices).flatMap((words) =>
        words.filter((word) => !typed.includes(word)),
      );
      expect(missing).toEqual([]);
    },
  );

  it.each(verbs)("has examples that can be called: %s", (name, command) => {
    const { examples } = use(command);
    expect(examples.length).toBeGreaterThan(0);
    for (const [words] of examples) {
      expect(called(words)).toBe(name);
    }
  });

  it.each(verbs)("says what each exit status means, success first: %s", (_name, command) => {
    const statuses = exitsOf(use(command)).map(([status]) => status);
    expect(statuses[0]).toBe(0);
    expect(statuses).toEqual(statuses.toSorted((a, b) => a - b));
  });

  it.each([
    ["fence", "verb", FENCE_VERBS],
    ["drill", "drill", DRILLS],
    ["init", "hardware", HARDWARE_PROFILES],
  ] as const)("offers the words that `%s` takes", (name, argument, words) => {
    const command = verbs.find(([one]) => one === name)?.[1];
    expect(command === undefined ? undefined : use(command).choices?.[argument]).toEqual(words);
  });
});
