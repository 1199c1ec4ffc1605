import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { emptyDisks, restoreDisks } from "../../../../engines/container/disks.js";
import { hostPlan } from "../../host-plan.js";

const SIZE = 4 * 2 ** 20;
let folder: string;
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), "proxmox-ha-disks-"));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const disk = { name: "nvme1n1", sizeBytes: SIZE, model: "any", serial: "1" };

it("an emptied disk is as large as before, reads as zeros and takes no room", async () => {
  const file = path.join(folder, "nvme1n1.img");
  writeFileSync(file, Buffer.alloc(SIZE, 7));
  await emptyDisks(hostPlan({ disks: [disk] }), folder);
  expect(statSync(file)).toMatchObject({ size: SIZE, blocks: 0 });
  expect(readFileSync(file).equals(Buffer.alloc(SIZE))).toBe(true);
});

it("a restored disk is the same file with other contents, because a device holds on to it", async () => {
  const kept = mkdtempSync(path.join(folder, "kept-"));
  writeFileSync(path.join(kept, "nvme1n1.img"), Buffer.alloc(SIZE, 9));
  const file = path.join(folder, "nvme1n1.img");
  writeFileSync(file, Buffer.alloc(SIZE, 7));
  const before = statSync(file).ino;
  await restoreDisks(kept, folder);
  expect(statSync(file).ino).toBe(before);
  expect(readFileSync(file).equals(Buffer.alloc(SIZE, 9))).toBe(true);
});
