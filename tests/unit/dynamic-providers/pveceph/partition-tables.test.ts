import { describe, expect, it } from "vitest";
import {
  gapsOf,
  nextNumber,
  tableIn,
} from "../../../../dynamic-providers/pveceph/partition-tables.js";

const HEAD = `Disk /dev/nvme0n1: 3906250000 sectors, 1.8 TiB
Model: DATA 2000
Sector size (logical/physical): 512/512 bytes
Disk identifier (GUID): 4AE00D51-8EFD-4572-9D5E-166B1C6DBF5E
Partition table holds up to 128 entries
Main partition table begins at sector 2 and ends at sector 33
First usable sector is 34, last usable sector is 3906249966
Partitions will be aligned on 8-sector boundaries
Total free space is 3486819 sectors (1.7 GiB)

Number  Start (sector)    End (sector)  Size       Code  Name
`;
const SYSTEM = `   1              34            2047   1007.0 KiB  EF02  BIOS boot partition
   2            2048         2099199   1024.0 MiB  EF00  EFI system partition
   3         2099200       390625000   185.3 GiB   BF01  zfs
`;
const gpt = (rows: string) => tableIn(`${HEAD}${rows}@@exit 0\n`);
const BYTES = 2_000_000_000_000;

describe("the partition table of a disk", () => {
  it("is read with its partitions, their places and their names", () => {
    expect(gpt(`${SYSTEM}   4       390625280      3906249966   1.6 TiB     8300  \n`)).toEqual({
      kind: "gpt",
      sectorBytes: 512,
      firstSector: 34,
      lastSector: 3906249966,
      partitions: [
        { number: 1, first: 34, last: 2047, label: "BIOS boot partition" },
        { number: 2, first: 2048, last: 2099199, label: "EFI system partition" },
        { number: 3, first: 2099200, last: 390625000, label: "zfs" },
        { number: 4, first: 390625280, last: 3906249966, label: "" },
      ],
    });
  });

  it("leaves a gap behind the last partition that begins at a whole mebibyte", () => {
    const gaps = gapsOf(gpt(SYSTEM), BYTES) ?? [];
    expect(gaps).toEqual([
      { first: 390625280, last: 3906249966, bytes: (3906249966 - 390625280 + 1) * 512 },
    ]);
    expect(390625280 % 2048).toBe(0);
  });

  it("leaves gaps between partitions, in whatever order these stand", () => {
    const rows = `   2         4196352       390625000   184.3 GiB   8300  b
   1            2048         2099199   1024.0 MiB  8300  a
`;
    expect((gapsOf(gpt(rows), BYTES) ?? []).map(({ first, last }) => [first, last])).toEqual([
      [2099200, 4196351],
      [390625280, 3906249966],
    ]);
  });

  it("gives the lowest number that is free", () => {
    expect(nextNumber(gpt(SYSTEM))).toBe(4);
    expect(nextNumber(gpt(SYSTEM.replace(/^ {3}2.*\n/m, "")))).toBe(2);
    expect(nextNumber({ kind: "none" })).toBe(1);
  });

  it("is none on a blank disk, all of which is room", () => {
    const none = tableIn(`Creating new GPT entries in memory.\n${HEAD}@@exit 0\n`);
    expect(none).toEqual({ kind: "none" });
    expect(gapsOf(none, BYTES)).toEqual([{ first: 0, last: 0, bytes: BYTES - 2 ** 21 }]);
  });

  it("is no place for another partition where it is of the old kind", () => {
    const mbr = tableIn(
      `***\nFound invalid GPT and valid MBR; converting MBR to GPT format\nin memory. \n***\n${HEAD}@@exit 0\n`,
    );
    expect(mbr).toEqual({ kind: "mbr" });
    expect(gapsOf(mbr, BYTES)).toBeUndefined();
  });

  it.each([
    [
      "a damaged one",
      "Caution: invalid main GPT header, but valid backup; regenerating main header\n@@exit 2\n",
      "Caution: invalid main GPT header, but valid backup; regenerating main header",
    ],
    [
      "a disk that cannot be read",
      "Problem opening /dev/sdz for reading!\n@@exit 2\n",
      "Problem opening /dev/sdz for reading!",
    ],
    ["an answer that was cut", HEAD, "Disk /dev/nvme0n1: 3906250000 sectors, 1.8 TiB"],
    ["no answer", "", "no answer"],
  ])("is not known from %s", (_what, text, why) => {
    expect(tableIn(text)).toEqual({ kind: "unread", why });
  });
});
