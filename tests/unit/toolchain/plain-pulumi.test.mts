import { execFileSync } from "node:child_process";
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { describe, expect, it, onTestFinished } from "vitest";
import { operationOf } from "../../../toolchain/plain-pulumi/operation.mjs";
import { shellExports } from "../../../toolchain/shell-exports.mjs";

describe("the environment for a shell", () => {
  it("has back-end and passphrase of the command line, and puts its Pulumi before the shell's own PATH", () => {
    const folder = mkdtempSync(path.join(tmpdir(), "shell-exports-"));
    onTestFinished(() => rmSync(folder, { recursive: true }));
    const bin = path.join(folder, "cache", "bin");
    mkdirSync(bin, { recursive: true });
    writeFileSync(path.join(bin, "pulumi"), "#!/bin/sh\n");
    chmodSync(path.join(bin, "pulumi"), 0o755);
    const toolchain = {
      schemaVersion: 1,
      environment: { PULUMI_HOME: "/home of it" },
      pathPrefix: [bin],
    };
    writeFileSync(path.join(folder, "cache", "toolchain.json"), JSON.stringify(toolchain));
    const state = path.join(folder, "state");
    const exports = shellExports({
      PATH: "/somebody's/node_modules/.bin:/usr/bin",
      HOME: folder,
      PROXMOX_HA_CACHE: path.join(folder, "cache"),
      PROXMOX_HA_STATE: state,
    });
    const script = `${exports}echo "$PULUMI_BACKEND_URL|$PULUMI_HOME|$PATH"; cat "$PULUMI_CONFIG_PASSPHRASE_FILE"`;
    const told = execFileSync("/bin/sh", ["-c", script], {
      env: { PATH: "/usr/bin:/bin" },
      encoding: "utf8",
    });
    const [line = "", passphrase = ""] = told.split("\n");
    const [url, home, searched = ""] = line.split("|");
    expect([url, home]).toEqual([`file://${state}/pulumi?metadata=skip`, "/home of it"]);
    expect(searched.split(":").slice(1)).toEqual([bin, "/usr/bin", "/bin"]);
    expect(searched).toMatch(/^\/.*\/toolchain\/plain-pulumi\/bin:/);
    expect(passphrase).toHaveLength(43);
  });
});

describe("plain pulumi", () => {
  it.each([
    [["up", "--stack", "frege"], { stack: "frege" }],
    [["--stack", "frege", "preview"], { stack: "frege" }],
    [["refresh", "--stack=frege", "--yes"], { stack: "frege" }],
    [["up", "-s", "frege"], { stack: "frege" }],
    [["up"], { stack: undefined }],
    [["config", "set", "--secret", "x"], undefined],
    [["up", "--config-file", "other.yaml"], undefined],
    [["-C", "/elsewhere", "up"], undefined],
    [["up", "--help"], undefined],
    [[], undefined],
  ])("works on a stack in its own folder or leaves it to Pulumi: %j", (args, operation) => {
    expect(operationOf(args)).toEqual(operation);
  });
});
