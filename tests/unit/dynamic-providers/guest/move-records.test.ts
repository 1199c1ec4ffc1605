import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { EVERY_RECORD } from "../../../../dynamic-providers/guest/move/record.js";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), "proxmox-ha-moves-"));
});
afterEach(() => rmSync(folder, { recursive: true }));

function seen() {
  const script = EVERY_RECORD.command.replaceAll("/etc/pve/priv", folder);
  const text = execFileSync("sh", ["-c", script], { encoding: "utf8" });
  return [...EVERY_RECORD.read({ status: 0, text, errors: "" })];
}

it("records of moves are told by the number of their guest, and what is no record is none", () => {
  const kept = {
    version: 1,
    slot: "scsi0",
    from: "nas:vm-101-disk-0",
    to: "disks",
    startAgain: false,
  };
  writeFileSync(path.join(folder, "proxmox-ha-move-101.json"), `${JSON.stringify(kept)}\n`);
  writeFileSync(path.join(folder, "proxmox-ha-move-102.json"), "half a rec");
  expect(seen()).toEqual([["101", kept]]);
});

it("no record is none, and no failure", () => {
  expect(seen()).toEqual([]);
});
