import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { Command } from "commander";
import { describe, expect, it } from "vitest";
import { createProgram } from "../../../automation/program.js";
import { registerTwinCommands } from "../../../twin/index.js";

const ROOT = path.resolve(__dirname, "..", "..", "..");

/** Pages in which people read commands; `docs/commands.md` is made of the commands themselves. */
const pages = [
  "README.md",
  "CONTRIBUTING.md",
  "twin/README.md",
  ...readdirSync(path.join(ROOT, "docs"), { recursive: true, encoding: "utf8" })
    .filter((file) => file.endsWith(".md") && file !== "commands.md")
    .map((file) => path.join("docs", file)),
];

/** The lines of a page that call the program, as they are typed. */
function callsIn(page: string): string[] {
  const text = readFileSync(path.join(ROOT, page), "utf8");
  const blocks = [...text.matchAll(/^```(?:sh|bash|console)\n([\s\S]*?)^```$/gm)].flatMap(
    ([, block = ""]) => block.split("\n"),
  );
  const inline = [
    ...text.replace(/^```[\s\S]*?^```$/gm, "").matchAll(/`((?:npx )?proxmox-ha [^`\n]+)`/g),
  ].flatMap(([, call]) => call ?? []);
  return [...blocks, ...inline].flatMap((line) => {
    const [, call] = /(?:^|[\s(])proxmox-ha (.+)$/.exec(line) ?? [];
    return call === undefined ? [] : [call];
  });
}

/** Words of a line, without what a shell takes for itself and without the marks of places to be filled. */
function wordsOf(call: string): string[] {
  const [typed = ""] = call.split(/\s(?:#|>|\||&&)\s?|\s\)$/);
  return typed
    .split(/\s+/)
    .map((word) => word.replace(/^[[<]+|[\]>]+$/g, ""))
    .filter((word) => word !== "");
}

/** What is wrong with the words, by the commands' own definitions; nothing runs. */
function wrongIn(words: readonly string[]): string | undefined {
  const [first = "", second = ""] = words;
  const program = first === "twin" ? new Command("twin") : createProgram("0");
  if (first === "twin") {
    registerTwinCommands(program);
  }
  const asked = first === "twin" ? words.slice(1) : words;
  const verb = program.commands.find((one) => one.name() === (first === "twin" ? second : first));
  if (verb === undefined) {
    return first === "twin" && second === "" ? undefined : `no verb ${asked[0]}`;
  }
  // A verb without more is its name in a sentence.
  if (asked.length === 1) {
    return undefined;
  }
  let reached = asked.includes("--help");
  for (const one of [program, ...program.commands]) {
    one.exitOverride().configureOutput({ writeErr: () => undefined, writeOut: () => undefined });
  }
  verb.action(() => {
    reached = true;
  });
  try {
    program.parse([...asked], { from: "user" });
  } catch (thrown) {
    return reached ? undefined : String(thrown);
  }
  return reached ? undefined : "it reaches no verb";
}

describe("commands that documents show", () => {
  it("are looked for where there are some", () => {
    expect(pages.flatMap(callsIn).length).toBeGreaterThan(50);
  });

  it.each(pages)("can be called: %s", (page) => {
    const wrong = callsIn(page).flatMap((call) => {
      const why = wrongIn(wordsOf(call));
      return why === undefined ? [] : [`${call}: ${why}`];
    });
    expect(wrong).toEqual([]);
  });

  it("are refused by this test where there is no such verb, word or option", () => {
    expect(wrongIn(["nothing", "mine"])).toMatch("no verb");
    expect(wrongIn(["up", "mine", "--fast"])).toMatch("unknown option");
    expect(wrongIn(["twin", "fault", "--nothing"])).toMatch("unknown option");
  });
});
