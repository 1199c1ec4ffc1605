import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { releaseDeadLocks } from "../../../automation/engine/dead-locks.js";

let backend: string;
let locks: string;

beforeEach(() => {
  backend = mkdtempSync(path.join(tmpdir(), "proxmox-ha-locks-"));
  locks = path.join(backend, ".pulumi/locks/organization/proxmox-ha/frege");
  mkdirSync(locks, { recursive: true });
});
afterEach(() => rmSync(backend, { recursive: true, force: true }));

const running: Readonly<Record<number, string>> = { [process.pid]: "node", 11: "pulumi", 12: "vi" };
const machine = { hostname: "desk", programOf: (pid: number) => running[pid] };

function leave(name: string, content: string | object): string {
  const file = path.join(locks, `${name}.json`);
  writeFileSync(file, typeof content === "string" ? content : JSON.stringify(content));
  writeFileSync(`${file}.attrs`, "{}");
  return file;
}
const held = (pid: number, hostname = "desk") => ({
  pid,
  hostname,
  username: "me",
  timestamp: "2026-11-21T11:07:09.453900859Z",
});
const release = (url = `file://${backend}?metadata=skip`) =>
  releaseDeadLocks(url, "frege", machine);

describe("locks of killed runs", () => {
  it("go when the process has ended, and that is said", () => {
    const file = leave("dead", held(10));
    expect(release()).toEqual([
      "The run of 2026-11-21T11:07:09Z was killed; its lock is released.",
    ]);
    expect(existsSync(file)).toBe(false);
    expect(existsSync(`${file}.attrs`)).toBe(false);
  });

  it("go when another program has got the number since", () => {
    const file = leave("reused", held(12));
    expect(release()).toHaveLength(1);
    expect(existsSync(file)).toBe(false);
  });

  it.each([
    ["of a run that lives", held(11)],
    ["of another machine", held(10, "laptop")],
    ["that cannot be read", "{"],
    ["of another shape", { pid: "x" }],
  ])("stay: %s", (_, content) => {
    const file = leave("kept", content);
    expect(release()).toEqual([]);
    expect(existsSync(file)).toBe(true);
  });

  it("of other stacks and of back-ends elsewhere are not looked at", () => {
    const file = leave("dead", held(10));
    expect(releaseDeadLocks(`file://${backend}`, "pve1", machine)).toEqual([]);
    expect(release("s3://bucket")).toEqual([]);
    expect(releaseDeadLocks(undefined, "frege", machine)).toEqual([]);
    expect(existsSync(file)).toBe(true);
  });

  it("stay where the system does not say what runs", () => {
    const file = leave("dead", held(10));
    const blind = { hostname: "desk", programOf: () => undefined };
    expect(releaseDeadLocks(`file://${backend}`, "frege", blind)).toEqual([]);
    expect(existsSync(file)).toBe(true);
  });
});
