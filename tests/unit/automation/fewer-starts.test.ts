import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { LocalWorkspace, PulumiCommand } from "@pulumi/pulumi/automation/index.js";
import { afterEach, beforeEach, expect, test } from "vitest";
import { knownAnswer, withFewerStarts } from "../../../automation/engine/fewer-starts.js";

let folder = "";
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), "starts-"));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** A command line that writes down how it was started. */
function standIn(): { root: string; starts: () => string[] } {
  const file = path.join(folder, "bin", "pulumi");
  const log = path.join(folder, "starts");
  mkdirSync(path.dirname(file));
  writeFileSync(file, `#!/bin/sh\necho "$1 $2" >> ${log}\ntest "$1" != version || echo v3.259.0\n`);
  chmodSync(file, 0o755);
  return { root: folder, starts: () => readFileSync(log, "utf8").trim().split("\n") };
}

test("an operation starts the command line once, and its version is asked once", async () => {
  const { root, starts } = standIn();
  writeFileSync(path.join(folder, "Pulumi.yaml"), "name: proxmox-ha\nruntime: nodejs\n");
  const stack = await LocalWorkspace.selectStack(
    { stackName: "frege", workDir: folder },
    { pulumiCommand: withFewerStarts(await PulumiCommand.get({ root })) },
  );
  await stack.up();
  await stack.refresh();
  expect(starts().map((words) => words.split(" ")[0])).toEqual(["version", "up", "refresh"]);
});

test("what only Pulumi knows is asked", () => {
  expect(knownAnswer(["stack", "export"])).toBeUndefined();
  expect(knownAnswer(["stack", "tag", "ls"])).toBeUndefined();
  expect(knownAnswer(["up", "--yes"])).toBeUndefined();
});
