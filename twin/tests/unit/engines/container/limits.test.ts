import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { raiseLimits } from "../../../../engines/container/limits.js";

let folder: string;
let said: string[];
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), "proxmox-ha-limits-"));
  said = [];
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const raise = (file: string) => raiseLimits((line) => said.push(line), file);

it("a machine that grants too few watchers grants enough afterwards, and is told so", async () => {
  const file = path.join(folder, "max_user_instances");
  writeFileSync(file, "128\n");
  await raise(file);
  expect(readFileSync(file, "utf8")).toBe("8192\n");
  expect(said).toEqual(["raised fs.inotify.max_user_instances of this machine to 8192"]);
});

it("a machine that grants more keeps what it has", async () => {
  const file = path.join(folder, "max_user_instances");
  writeFileSync(file, "65536\n");
  await raise(file);
  expect(readFileSync(file, "utf8")).toBe("65536\n");
  expect(said).toEqual([]);
});

it("a kernel without the limit is left alone", async () => {
  await raise(path.join(folder, "absent"));
  expect(said).toEqual([]);
});

it("a limit that cannot be raised is named with what to do about it", async () => {
  // The kernel lets everybody read this small number and nobody write it, like a read-only /proc/sys.
  await raise("/proc/sys/kernel/random/entropy_avail");
  expect(said).toEqual([expect.stringMatching(/cannot be raised from here.*sysctl/)]);
});
