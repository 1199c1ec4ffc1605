import { spawnSync } from "node:child_process";
import {
  closeSync,
  mkdtempSync,
  openSync,
  rmSync,
  truncateSync,
  writeFileSync,
  writeSync,
} from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { divisionWords } from "../../dynamic-providers/pveceph/osds/partitions.js";
import {
  gapsOf,
  nextNumber,
  type PartitionTable,
  tableIn,
} from "../../dynamic-providers/pveceph/partition-tables.js";

const BYTES = 2e12;
const PART = 1.8e12;

let folder: string;
let disk: string;
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), "proxmox-ha-partitions-"));
  disk = path.join(folder, "disk.img");
  writeFileSync(disk, "");
  truncateSync(disk, BYTES);
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

function sgdisk(...words: readonly string[]) {
  const done = spawnSync("sgdisk", [...words, disk], { encoding: "utf8" });
  return { status: done.status, said: `${done.stdout}${done.stderr}` };
}
function table(): PartitionTable {
  const { status, said } = sgdisk("-p");
  return tableIn(`${said}\n@@exit ${status}\n`);
}
function write(at: number, bytes: Uint8Array): void {
  const file = openSync(disk, "r+");
  writeSync(file, bytes, 0, bytes.length, at);
  closeSync(file);
}
const parts = (of: PartitionTable) =>
  of.kind === "gpt" ? of.partitions.map(({ number, label }) => ({ number, label })) : of;

describe("a partition by the real sgdisk", () => {
  it("lies behind those of the system, aligned and of the size that was asked for", () => {
    sgdisk("-a", "1", "-n", "1:34:2047", "-t", "1:EF02", "-n", "2:2048:+1G", "-t", "2:EF00");
    sgdisk("-n", "3:0:+184G", "-t", "3:BF01", "-c", "3:zfs");
    const before = table();
    const gap = gapsOf(before, BYTES)?.find(({ bytes }) => bytes >= PART);
    expect(nextNumber(before)).toBe(4);
    expect(sgdisk(...divisionWords(4, gap?.first ?? 0, PART)).status).toBe(0);
    const after = table();
    expect(parts(after)).toEqual([
      { number: 1, label: "" },
      { number: 2, label: "" },
      { number: 3, label: "zfs" },
      { number: 4, label: "proxmox-ha-osd" },
    ]);
    const made = after.kind === "gpt" ? after.partitions[3] : undefined;
    expect(made?.first).toBe(gap?.first);
    expect(((made?.last ?? 0) - (made?.first ?? 0) + 1) * 512).toBe(PART);
    expect((made?.first ?? 1) % 2048).toBe(0);
  });

  it("is the first one of a disk that is blank, behind the first mebibyte", () => {
    expect(table()).toEqual({ kind: "none" });
    expect(sgdisk(...divisionWords(1, 0, PART)).status).toBe(0);
    expect(table()).toMatchObject({
      kind: "gpt",
      partitions: [{ number: 1, first: 2048, label: "proxmox-ha-osd" }],
    });
  });

  it("takes all of the room that is told, and not a mebibyte more", () => {
    const [gap] = gapsOf(table(), BYTES) ?? [];
    expect(sgdisk(...divisionWords(1, 0, gap?.bytes ?? 0)).status).toBe(0);
    expect(gapsOf(table(), BYTES)?.every(({ bytes }) => bytes < 2 ** 21)).toBe(true);
  });

  it("is refused where another one lies, which stays as it is", () => {
    sgdisk("-n", "1:2048:+1G", "-c", "1:mine");
    const before = table();
    expect(sgdisk(...divisionWords(2, 4096, PART)).status).not.toBe(0);
    expect(table()).toEqual(before);
  });

  it("is not looked for in a table of the old kind, nor in a damaged one", () => {
    const mbr = new Uint8Array(512);
    mbr.set([0, 0, 0, 0, 0x83, 0, 0, 0, 0, 8, 0, 0, 0, 0, 1, 0], 446);
    mbr.set([0x55, 0xaa], 510);
    write(0, mbr);
    expect(table()).toEqual({ kind: "mbr" });
    write(0, new Uint8Array(512));
    sgdisk("-n", "1:2048:+1G");
    write(512, new Uint8Array(512));
    expect(table().kind).toBe("unread");
  });
});
