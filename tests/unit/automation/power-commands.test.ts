import { describe, expect, it } from "vitest";
import { runDrill } from "../../../automation/drill/run.js";
import { runFence } from "../../../automation/fence/run.js";

/** What is wrong on the command line is told before any host is asked. */
describe("commands about power", () => {
  const fence = (verb: string, node?: string) =>
    runFence({
      stack: "frege",
      verb,
      ...(node === undefined ? {} : { node }),
      yes: true,
      whileMember: false,
      json: true,
    });
  const drill = (name: string, node?: string, stack = "frege", guest?: string) =>
    runDrill({
      ...(guest === undefined ? {} : { guest }),
      stack,
      drill: name,
      ...(node === undefined ? {} : { node }),
      master: false,
      each: false,
      yes: true,
      json: true,
    });

  it.each([
    [
      "a verb that fence has not",
      () => fence("reboot", "russell"),
      /no `fence reboot`.*confirm-off/,
    ],
    ["no node", () => fence("off"), /No node is named.*frege, russell, wittgenstein/],
    [
      "a node that is not in the file",
      () => fence("off", "plato"),
      /no node plato.*There are frege/,
    ],
    ["a drill that there is not", () => drill("shutdown", "russell"), /no drill shutdown.*verify/],
    ["a drill without a node", () => drill("crash"), /needs a node.*--master/],
    ["a drill of a stranger", () => drill("crash", "plato"), /no node plato/],
    [
      "a node for a restore",
      () => drill("restore", "russell"),
      /`drill restore` knows no --node.*--guest NAME/,
    ],
    [
      "a node for a look at security",
      () => drill("security", "russell"),
      /`drill security` knows no --node.*Leave it out/,
    ],
    [
      "a guest for a loss",
      () => drill("crash", "russell", "frege", "db"),
      /`drill crash` knows no --guest/,
    ],
    [
      "a restore in a file without backup jobs",
      () => drill("restore"),
      /no backup job.*backup\.jobs/,
    ],
    ["a stack that there is not", () => drill("verify", undefined, "nobody"), /no such stack file/],
  ])("refuse %s as bad input", async (_what, run, words) => {
    await expect(run()).rejects.toMatchObject({
      kind: "badInput",
      message: expect.stringMatching(words),
    });
  });
});
