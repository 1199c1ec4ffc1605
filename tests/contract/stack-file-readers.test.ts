import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { parse } from "yaml";
import { oddKey, oddValue } from "../../config/findings/plain-scalars.js";
import { pulumiEnvironment } from "../../toolchain/pulumi-environment.cjs";

const folder = mkdtempSync(path.join(tmpdir(), "stack-file-readers-"));
const environment = {
  ...pulumiEnvironment(),
  PULUMI_BACKEND_URL: `file://${path.join(folder, "state")}`,
  PULUMI_CONFIG_PASSPHRASE: "no secret is kept here",
};
const FILE = path.join(folder, "Pulumi.readers.yaml");

function pulumi(...words: readonly string[]): string {
  return execFileSync("pulumi", [...words, "--non-interactive"], {
    cwd: folder,
    env: environment,
    encoding: "utf8",
  });
}

/** What the engine would hand to the program for this text below the cluster's key. */
function asPulumiReads(cluster: string): unknown {
  writeFileSync(FILE, `config:\n  proxmox-ha:cluster:\n${cluster}`);
  return JSON.parse(pulumi("config", "get", "cluster", "--stack", "readers"));
}

beforeAll(() => {
  mkdirSync(path.join(folder, "state"));
  writeFileSync(path.join(folder, "Pulumi.yaml"), "name: proxmox-ha\nruntime: nodejs\n");
  pulumi("stack", "init", "readers");
}, 60_000);
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const SAME = [
  ...["0", "7", "-3", "0.5", "0.50", "10.25", "9007199254740991", "true", "False", "~", "NULL"],
  ...["yes", "no", "on", "off", "y", "n", "25:61", "02:00", "1.2.3", "0x", "x10", "10.0.0.1"],
  ...["2026-12-01 10:00", "vers=4.2", "a-b_c", "08:00:27:aa:bb:cc", "1_a"],
];
const OTHERWISE = [
  "010",
  "-017",
  "0b101",
  "1_000",
  "2026-12-01",
  "2026-1-2",
  "2026-12-01 10:00:00",
];

describe("Pulumi and this program read a stack file", () => {
  it("alike, where a text without quotes is accepted", () => {
    const text = SAME.map((one, index) => `    k${index}: ${one}\n`).join("");
    expect(SAME.filter((one) => oddValue(one) !== undefined)).toEqual([]);
    expect(asPulumiReads(text)).toEqual(parse(`c:\n${text}`).c);
  });

  it("differently, where it is refused", () => {
    const text = OTHERWISE.map((one, index) => `    k${index}: ${one}\n`).join("");
    expect(OTHERWISE.filter((one) => oddValue(one) === undefined)).toEqual([]);
    const read: Record<string, unknown> = Object(asPulumiReads(text));
    const here: Record<string, unknown> = parse(`c:\n${text}`).c;
    expect(Object.keys(read)).toHaveLength(OTHERWISE.length);
    expect(Object.keys(read).filter((key) => read[key] === here[key])).toEqual([]);
  });

  it("with names of their own, where they are not in quotes", () => {
    const names = ["010", "1.50", "2026-12-01", "~"];
    expect(names.filter((one) => oddKey(one) === undefined)).toEqual([]);
    const read = asPulumiReads(names.map((one) => `    ${one}: x\n`).join(""));
    expect(Object.keys(Object(read)).filter((key) => names.includes(key))).toEqual([]);
    expect(asPulumiReads('    "303": x\n    "010": y\n')).toEqual({ "303": "x", "010": "y" });
  });

  it("alike, with anchors and aliases", () => {
    const text =
      "    a: &a [10.203.3.1, 5]\n    b: *a\n    m: &m { x: 1, y: on }\n    l: [*m, *m]\n    s: &s ms-01\n    t: *s\n";
    expect(asPulumiReads(text)).toEqual(parse(`c:\n${text}`).c);
  });
});
