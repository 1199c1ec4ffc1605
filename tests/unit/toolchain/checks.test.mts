import { describe, expect, it } from "vitest";
import { verdictOf } from "../../../toolchain/check.mjs";
import { brokenHouseRules } from "../../../toolchain/checks/house-rules.mjs";
import { licenceOf, permits } from "../../../toolchain/checks/licences.mjs";
import { interpreterOf } from "../../../toolchain/checks/repository-files.mjs";
import { unquotedValues } from "../../../toolchain/checks/shell-texts.mjs";
import { judgeAudit } from "../../../toolchain/checks/vulnerabilities.mjs";

describe("licences", () => {
  const allowed = (name: string) => name === "MIT" || name === "Apache-2.0";

  it.each([
    ["MIT", true],
    ["(MIT OR GPL-3.0)", true],
    ["MIT AND Apache-2.0", true],
    ["MIT AND GPL-3.0", false],
    ["GPL-3.0", false],
    ["none stated", false],
  ])("%s is allowed: %s", (expression, expected) => {
    expect(permits(expression, allowed)).toBe(expected);
  });

  it("are read from the older list form too", () => {
    expect(licenceOf({ licenses: [{ type: "MIT" }, { type: "GPL-2.0" }] })).toBe("MIT OR GPL-2.0");
    expect(licenceOf({ name: "bare" })).toBe("none stated");
  });
});

describe("vulnerabilities", () => {
  const counts = { vulnerabilities: { low: 1, moderate: 2, high: 1 } };

  it("fail from severity high on", () => {
    const found = { "some-package": { severity: "high", fixAvailable: true } };
    const result = judgeAudit(JSON.stringify({ vulnerabilities: found, metadata: counts }));
    expect(result.outcome).toBe("failed");
    expect(result.output).toContain("some-package: high");
  });

  it("below high are counted and pass", () => {
    const found = { "some-package": { severity: "moderate" } };
    const result = judgeAudit(JSON.stringify({ vulnerabilities: found, metadata: counts }));
    expect(result).toEqual({ outcome: "passed", note: "3 below high" });
  });

  it.each(["", '{"message": "connection reset"}', '{"statusCode": 503, "message": "busy"}'])(
    "are not run on the answer %j",
    (answer) => {
      expect(judgeAudit(answer).outcome).toBe("not run");
    },
  );

  it.each([404, 405, 501])("are not offered by a registry that says %i", (statusCode) => {
    expect(judgeAudit(JSON.stringify({ statusCode, message: "no" })).outcome).toBe("not offered");
  });
});

describe("the verdict of all checks", () => {
  const types = { name: "types", outcome: "passed" as const };
  const audit = (outcome: "not run" | "not offered") => ({ name: "audit", outcome });
  const ci = { underCi: true, auditMayBeMissing: false };

  it("is that of the worst one", () => {
    expect(verdictOf([types], ci)).toEqual({ passed: true, summary: "passed" });
    expect(verdictOf([types, { name: "lint", outcome: "failed" }], ci).passed).toBe(false);
  });

  it("names what did not run, which fails under CI", () => {
    const here = { ...ci, underCi: false };
    expect(verdictOf([types, audit("not run")], here)).toEqual({
      passed: true,
      summary: "passed, not run: audit",
    });
    expect(verdictOf([types, audit("not run")], ci).passed).toBe(false);
    expect(verdictOf([types, audit("not offered")], ci).passed).toBe(false);
  });

  it("lets a registry be without audit where that is said, and nothing else", () => {
    const excused = { ...ci, auditMayBeMissing: true };
    expect(verdictOf([types, audit("not offered")], excused)).toEqual({
      passed: true,
      summary: "passed, not offered: audit",
    });
    expect(verdictOf([types, audit("not run")], excused).passed).toBe(false);
  });
});

describe("house rules", () => {
  it.each([
    ["a.ts", `// ${"TO"}DO: later`, "unfinished"],
    ["a.ts", `const x = y as ${"any"};`, "unchecked"],
    ["a.test.ts", `it.${"only"}("x", () => {});`, "test left out"],
    ["dynamic-providers/host/a.ts", "parse(result.stdout)", "silence read as fact"],
    ["automation/status/a.ts", "const { stdout } = await host.run(x)", "silence read as fact"],
    ["components/a.ts", 'command("pvesh", "get", path)', "pvesh by hand"],
    ["components/a.ts", "[`pvesh`, ...words]", "pvesh by hand"],
    ["automation/a.ts", "run(`pvesh get /storage`)", "pvesh by hand"],
    ["automation/a.ts", "return `pvesh get /storage`;", "pvesh by hand"],
    ["toolchain/a.mjs", "'cd /; pvesh delete /storage/a'", "pvesh by hand"],
    ["a.md", `fetched from https://${"registry"}.example.org`, "package registry"],
  ])("%s may not hold %s", (file, line, rule) => {
    expect(brokenHouseRules(file, `fine\n${line}`)).toEqual([
      expect.stringContaining(`${file}:2: ${rule}`),
    ]);
  });

  it("let ordinary text pass", () => {
    expect(brokenHouseRules("a.ts", "const any = 1;\nit('x', () => {});")).toEqual([]);
    expect(brokenHouseRules("automation/doctor/a.ts", "process.stdout.write(text);")).toEqual([]);
    const advice = 'doNext: "Look at `pvesh get /storage` there.",';
    expect(brokenHouseRules("components/a.ts", advice)).toEqual([]);
    expect(brokenHouseRules("components/a.ts", "// A secret: `pvesh` shows it.")).toEqual([]);
    const client = 'command("pvesh", verb, path)';
    expect(brokenHouseRules("dynamic-providers/transport/pvesh/calls.ts", client)).toEqual([]);
  });
});

describe("values in scripts", () => {
  const of = (line: string) =>
    unquotedValues("dynamic-providers/host/a.ts", `fine();\n${line.replaceAll("#{", "${")}`);

  it.each([
    "run(`rm -rf #{folder}`)",
    "[`timeout 5 pvesm list #{id} 2>&1`]",
    "const script = `if test -e #{file}; then cat #{file}; fi`;",
    "return `#{call} < /dev/null`;",
    "ssh(`echo #{quote(text)}`)",
  ])("are quoted by hand in %s", (line) => {
    expect(of(line)).toEqual([
      expect.stringContaining("dynamic-providers/host/a.ts:2: value in a script"),
    ]);
  });

  it.each([
    "run(sh`rm -rf #{folder}`)",
    "const LOOK = `cat #{RECORD} 2>/dev/null`;",
    "doNext: `Run \\`pvesm list #{id} > file\\` there, then look at #{host}.`,",
    "cameBack: `pvecm said: #{words}; test it`,",
  ])("are let alone in %s", (line) => {
    expect(of(line)).toEqual([]);
  });

  it("are looked for where scripts for hosts are written", () => {
    expect(unquotedValues("config/plan/a.ts", "`rm -rf #{folder}`".replace("#", "$"))).toEqual([]);
  });
});

describe("interpreterOf", () => {
  it.each([
    ["#!/bin/sh\n", "sh"],
    ["#!/usr/bin/env bash\n", "bash"],
    ["#!/usr/bin/python3 -I\n", "python"],
    ["#!/usr/bin/env node\n", undefined],
    ["text", undefined],
  ])("%j is %s", (text, expected) => {
    expect(interpreterOf(text)).toBe(expected);
  });
});
