import { execFileSync, spawnSync } from "node:child_process";
import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { printed, printedOf } from "../../../../dynamic-providers/shell/etc-pve.js";

let folder: string;
let file: string;
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), "proxmox-ha-etc-pve-"));
  file = path.join(folder, "user.cfg");
});
afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
});

/** Lets `cat` find a file gone so many times that is just being replaced. */
function replacedDuring(times: number): void {
  const seen = path.join(folder, "seen");
  const body = [
    `echo x >> ${seen}`,
    `test "$(wc -l < ${seen})" -gt ${times} || { echo "cat: $1: No such file" >&2; exit 1; }`,
    'exec /bin/cat "$@"',
  ];
  writeFileSync(path.join(folder, "cat"), ["#!/bin/sh", ...body, ""].join("\n"));
  chmodSync(path.join(folder, "cat"), 0o755);
}
const run = (script: string) =>
  spawnSync("bash", ["-c", script], {
    // With a pipe as its input and no level bash takes itself for a remote login, and reads start-up files.
    env: { PATH: `${folder}:/usr/bin:/bin`, HOME: folder, SHLVL: "1" },
    stdio: ["ignore", "pipe", "pipe"],
    encoding: "utf8",
    timeout: 15_000,
  });

describe("a file of the cluster's", () => {
  it("is printed as it is", () => {
    writeFileSync(file, "pool:a\nuser:b\n");
    expect(execFileSync("bash", ["-c", printed(file)]).toString()).toBe("pool:a\nuser:b\n");
    expect(execFileSync("bash", ["-c", printedOf(file, "s/^pool://p")]).toString()).toBe("a\n");
  });

  it("that is being replaced is read at the second look", () => {
    writeFileSync(file, "pool:a\n");
    replacedDuring(1);
    expect(run(printedOf(file, "s/^pool://p"))).toMatchObject({ status: 0, stdout: "a\n" });
    expect(readFileSync(path.join(folder, "seen"), "utf8")).toBe("x\nx\n");
  });

  it("that there is none of is nothing, and no failure", () => {
    expect(run(printed(file))).toMatchObject({ status: 0, stdout: "", stderr: "" });
    expect(run(printedOf(file, "p"))).toMatchObject({ status: 0, stdout: "\n", stderr: "" });
  });

  it("that cannot be read is a failure that says so", () => {
    writeFileSync(file, "pool:a\n");
    replacedDuring(9);
    expect(existsSync(file)).toBe(true);
    for (const script of [printed(file), printedOf(file, "p")]) {
      const { status, stderr } = run(script);
      expect(status).not.toBe(0);
      expect(stderr).toContain("No such file");
    }
  });
});
