import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import type { EngineEvent } from "@pulumi/pulumi/automation/index.js";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { earlierTimes, keepTimes, StepClock } from "../../../automation/engine/step-times.js";

let folder = "";
beforeAll(() => {
  folder = mkdtempSync(path.join(tmpdir(), "step-times-"));
});
afterAll(() => rmSync(folder, { recursive: true }));

const TYPE = "pulumi-nodejs:dynamic/pvecm:Member";
const metadata = (name: string, op = "create", type = TYPE) => ({
  op,
  type,
  urn: `urn:pulumi:frege::proxmox-ha::${type}::${name}`,
});
const event = (part: object): EngineEvent => Object.assign({ sequence: 1, timestamp: 1 }, part);
const begins = (...of: Parameters<typeof metadata>) =>
  event({ resourcePreEvent: { metadata: metadata(...of) } });
const ends = (...of: Parameters<typeof metadata>) =>
  event({ resOutputsEvent: { metadata: metadata(...of) } });

/** A run of which a step took so long, with a log of that name. */
function run(log: string, stack: string, seconds: number): string {
  let now = 0;
  const clock = new StepClock(stack, () => now);
  clock.hear(begins("ms01-russell"));
  now = seconds * 1_000;
  clock.hear(ends("ms01-russell"));
  const file = path.join(folder, log);
  writeFileSync(file, '{"at":"…","host":"frege","verb":"look"}\n', { mode: 0o600 });
  keepTimes(file, clock);
  return file;
}

const MEMBER = { kind: "pvecm/Member", action: "create" };

describe("how long steps took", () => {
  it("is told by the median of the stack's earlier runs, by kind and action", () => {
    for (const [at, seconds] of [30, 10, 900].entries()) {
      run(`2026-11-2${at}.jsonl`, "frege", seconds);
    }
    run("2026-11-28.jsonl", "pve1", 1);
    writeFileSync(path.join(folder, "2026-11-29.jsonl"), '{"took":{"stack":"frege","ki');
    const times = earlierTimes("frege", path.join(folder, "2026-11-30.jsonl"));
    expect(times.of(MEMBER)).toBe(30);
    expect(times.of({ ...MEMBER, action: "update" })).toBeUndefined();
    expect(times.of({ ...MEMBER, kind: "host/Files" })).toBeUndefined();
    expect(earlierTimes("gtr7", path.join(folder, "one.jsonl")).of(MEMBER)).toBeUndefined();
    expect(earlierTimes("frege", "/nowhere/one.jsonl").of(MEMBER)).toBeUndefined();
  });

  it("is written down of what was done, and not of what failed, stayed the same or was looked at", () => {
    const clock = new StepClock("frege", () => 0);
    for (const op of ["same", "refresh"]) {
      clock.hear(begins(op, op));
      clock.hear(ends(op, "same"));
    }
    clock.hear(begins("part", "create", "proxmox-ha:host:HostBase"));
    clock.hear(ends("part", "create", "proxmox-ha:host:HostBase"));
    clock.hear(begins("fails"));
    clock.hear(event({ resOpFailedEvent: { metadata: metadata("fails") } }));
    expect(clock.lines()).toEqual([]);
    clock.hear(begins("done"));
    clock.hear(ends("done"));
    expect(clock.lines()).toEqual([
      '{"at":"1970-01-01T00:00:00.000Z","took":{"stack":"frege","kind":"pvecm/Member","action":"create","name":"done","seconds":0}}',
    ]);
  });

  it("makes no log for a run that asked no host, and keeps one to its owner", () => {
    const clock = new StepClock("frege", () => 0);
    clock.hear(begins("done"));
    clock.hear(ends("done"));
    const none = path.join(folder, "none.jsonl");
    keepTimes(none, clock);
    expect(existsSync(none)).toBe(false);
    const file = run("2026-12-01.jsonl", "frege", 5);
    expect(statSync(file).mode & 0o777).toBe(0o600);
    expect(readFileSync(file, "utf8").trimEnd().split("\n")).toHaveLength(2);
  });
});
