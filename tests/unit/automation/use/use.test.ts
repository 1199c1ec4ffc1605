import type { Command } from "commander";
import { describe, expect, it } from "vitest";
import { DRILLS } from "../../../../automation/drill/order.js";
import { FENCE_VERBS } from "../../../../automation/fence/run.js";
import { createProgram } from "../../../../automation/program.js";
import { exitsOf, useOf } from "../../../../automation/use/use.js";

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

describe("the help of each verb", () => {
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
  ] as const)("offers the words that `%s` takes", (name, argument, words) => {
    const command = verbs.find(([one]) => one === name)?.[1];
    expect(command === undefined ? undefined : use(command).choices?.[argument]).toEqual(words);
  });
});
