import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { validate } from "../../../automation/validate/run.js";
import type { CephNames } from "../../../config/plan/ceph-names.js";
import { patched, TODAY, textOf } from "../config/wrong/wrong-stack.js";

let folder = "";
/** What the last runs wrote down, by stack. */
const RECORDS = new Map<string, CephNames>();

beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), "validate-"));
  writeFileSync(path.join(folder, "Pulumi.yaml"), "name: x\nruntime: nodejs\n");
});
afterEach(() => {
  rmSync(folder, { recursive: true });
  RECORDS.clear();
});

const put = (name: string, content: string | Uint8Array) =>
  writeFileSync(path.join(folder, name), content);
const run = (targets: string[] = [], json = false, directory = folder) =>
  validate({ targets, json, directory, today: TODAY, recorded: (stack) => RECORDS.get(stack) });

describe("validate", () => {
  it("checks every stack of the project, from any folder below it", () => {
    put("Pulumi.frege.yaml", textOf("frege"));
    put("Pulumi.gtr7.yaml", textOf("gtr7"));
    mkdirSync(path.join(folder, "docs"));
    const { output, exitCode } = run([], false, path.join(folder, "docs"));
    expect(exitCode).toBe(0);
    expect(output).toContain("../Pulumi.frege.yaml: ok");
    expect(output).toMatch(/2 files: 0 errors, \d+ warnings?\n$/);
  });

  it("finds a stack by its name and a file by its path", () => {
    put("Pulumi.frege.yaml", textOf("frege"));
    expect(run(["frege"]).output).toContain("Pulumi.frege.yaml: ok");
    expect(run(["./Pulumi.frege.yaml"]).output).toContain("Pulumi.frege.yaml: ok");
  });

  it("prints errors before warnings, each with file, line and column", () => {
    put(
      "Pulumi.frege.yaml",
      patched("frege", { "proxmox/major": 8, "nodes/frege/address": "10.9.9.9" }),
    );
    const { output, exitCode } = run(["frege"]);
    expect(exitCode).toBe(2);
    expect(output).toMatch(
      /Pulumi\.frege\.yaml:\d+:\d+: error address\/outside-network at nodes\.frege\.address/,
    );
    expect(output.indexOf("address/outside-network")).toBeLessThan(
      output.indexOf("versions/end-of-life"),
    );
    expect(output).toMatch(/1 file: 1 error, 2 warnings\n$/);
  });

  it("refuses a pool that the last run of this stack knew by another name", () => {
    put("Pulumi.homelab.yaml", textOf("homelab"));
    expect(run(["homelab"]).exitCode).toBe(0);
    RECORDS.set("homelab", { pools: ["disks"], kinds: {}, filesystems: [] });
    const { output, exitCode } = run(["homelab"]);
    expect(exitCode).toBe(2);
    expect(output).toMatch(
      /Pulumi\.homelab\.yaml:\d+:\d+: error ceph\/renamed at ceph\.pools\.[^ ]+\n.*the pool disks, which the file no longer has/,
    );
  });

  it("gives programs JSON with the same findings", () => {
    put("Pulumi.frege.yaml", patched("frege", { "proxmox/major": 7 }));
    const { output, exitCode } = run(["frege"], true);
    expect(exitCode).toBe(2);
    expect(JSON.parse(output)).toMatchObject({
      errors: 1,
      warnings: 0,
      files: [{ file: "Pulumi.frege.yaml", stack: "frege", findings: [{ code: "schema/choice" }] }],
    });
  });

  it("counts warnings that the file acknowledges, and does not tell them", () => {
    const old = { "proxmox/major": 8 };
    const acknowledged = ["versions/end-of-life", "fencing/no-pin"];
    put("Pulumi.frege.yaml", patched("frege", { ...old, acknowledged }));
    const { output, exitCode } = run(["frege"]);
    expect(exitCode).toBe(0);
    expect(output).not.toContain("versions/end-of-life");
    expect(output).toContain("  2 warnings acknowledged in the stack file: not told.\n");
    expect(output).toMatch(/1 file: 0 errors, 0 warnings\n$/);
    const json = JSON.parse(run(["frege"], true).output);
    expect(json).toMatchObject({ warnings: 0, files: [{ acknowledged: 2 }] });
  });

  it("knows the members of the other stacks", () => {
    put("Pulumi.frege.yaml", textOf("frege"));
    put("Pulumi.copy.yaml", patched("frege", { name: "other" }));
    const { output, exitCode } = run(["frege"]);
    expect(exitCode).toBe(2);
    expect(output).toContain("also a member of cluster other (Pulumi.copy.yaml)");
  });

  it("lets two files describe one cluster", () => {
    put("Pulumi.frege.yaml", textOf("frege"));
    put("Pulumi.frege8.yaml", patched("frege", { "proxmox/major": 8 }));
    expect(run([]).exitCode).toBe(0);
  });
});

describe("validate says in one finding", () => {
  it("that a stack does not exist, and which do", () => {
    put("Pulumi.frege.yaml", textOf("frege"));
    const { output, exitCode } = run(["frge"]);
    expect(exitCode).toBe(2);
    expect(output).toContain("error file/missing");
    expect(output).toContain("Did you mean `frege`?");
  });

  it("that there is no stack file at all", () => {
    const { output, exitCode } = run();
    expect(exitCode).toBe(2);
    expect(output).toContain("No stack file");
  });

  it("that the name is a folder's", () => {
    mkdirSync(path.join(folder, "Pulumi.dir.yaml"));
    expect(run(["dir"]).output).toContain("error file/unreadable");
  });

  it("that a file is too large, without reading it", () => {
    put("Pulumi.big.yaml", "#".repeat(10 * 1024 * 1024));
    const { output, exitCode } = run(["big"]);
    expect(exitCode).toBe(2);
    expect(output.match(/error /g)).toHaveLength(1);
    expect(output).toContain("file/too-large");
  });

  it("that a file is not UTF-8", () => {
    put("Pulumi.latin.yaml", Buffer.from("config: \xe9\n", "latin1"));
    expect(run(["latin"]).output).toContain("file/encoding");
  });
});
