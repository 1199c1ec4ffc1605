import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { completionScript } from "../../../automation/completion/scripts.js";
import { runDrill } from "../../../automation/drill/run.js";
import { readStackFile } from "../../../automation/engine/stack-file.js";
import { runFence } from "../../../automation/fence/run.js";
import { runMaintenance } from "../../../automation/maintenance/run.js";
import { othersThan } from "../../../config/findings/others.js";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), "stacks-"));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const textOf = (stack: string): string => {
  const found = readStackFile(stack, "2026-11-30", folder);
  return found.kind === "wrong" ? found.text : "";
};

it("an unknown stack is answered with those that are there, the nearest first, and with how one is begun", () => {
  expect(textOf("lab")).toContain("There are none. `proxmox-ha init lab` begins a new one.");
  for (const stack of ["frege", "pve1"]) {
    writeFileSync(path.join(folder, `Pulumi.${stack}.yaml`), "");
  }
  expect(textOf("freg")).toContain("Did you mean frege? There are frege, pve1.");
  expect(textOf("zzz")).toContain("no such stack file. There are frege, pve1.");
});

it.each([
  ["on", ["off", "on"], "Did you mean on? There are off, on."],
  ["plato", ["frege", "russell"], "There are frege, russell."],
  ["a", ["b"], "Did you mean b? There is b."],
  ["a", [], "There are none."],
])("%s among %j: %s", (word, known, said) => {
  expect(othersThan(word, known)).toBe(said);
});

const common = { stack: "frege", yes: true, json: false };
it.each([
  [
    "fence",
    () => runFence({ ...common, verb: "of", whileMember: false }),
    /no `fence of`\. Did you mean off\? There are status, off/,
  ],
  [
    "drill",
    () => runDrill({ ...common, drill: "isolte", master: false, each: false }),
    /no drill isolte\. Did you mean isolate\? There are verify/,
  ],
  [
    "maintenance",
    () => runMaintenance({ ...common, verb: "stop", node: "russell", for: "2h" }),
    /no `maintenance stop`\. There are on, off/,
  ],
  [
    "completion",
    async () => completionScript("fis"),
    /no completion for fis\. Did you mean fish\? There are bash, zsh, fish/,
  ],
])("%s names its words", async (_verb, run, said) => {
  await expect(run()).rejects.toThrow(said);
});
