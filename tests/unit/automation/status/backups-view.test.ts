import { execFileSync } from "node:child_process";
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { describe, expect, it } from "vitest";
import {
  type BackupsHeard,
  backupRowsOf,
  backupsScript,
  backupsView,
  parseBackups,
} from "../../../../automation/status/backups-view.js";
import { parseNodeView } from "../../../../automation/status/node-view.js";
import type { BackupJobPlan } from "../../../../config/plan/backup.js";

const DAY = 86_400_000;
const NOW = 1_800_000_000_000;
const job = (more: Partial<BackupJobPlan> = {}): BackupJobPlan => ({
  name: "nightly",
  storage: "nas",
  keys: {},
  guests: [],
  isEnabled: true,
  saves: "all guests",
  overdueMs: 2 * DAY,
  isProved: true,
  ...more,
});
const backup = (vmid: number, ageMs: number) => ({
  volume: `nas:backup/${vmid}`,
  vmid,
  bytes: 1,
  madeAtMs: NOW - ageMs,
});
const heard = (more: Partial<BackupsHeard> = {}): BackupsHeard => ({
  on: { nas: [backup(100, DAY), backup(100, 3 * DAY), backup(101, DAY / 2)] },
  restores: { "100": { atMs: NOW - 10 * DAY, isGood: true, seconds: 9, volume: "v" } },
  ...more,
});
const rows = (jobs: readonly BackupJobPlan[], ...all: readonly BackupsHeard[]): string =>
  backupRowsOf(backupsView(jobs, all, NOW))
    .map((row) => row.filter((cell) => cell !== "").join(" | "))
    .join("\n");

describe("backups, as `status` shows them", () => {
  it("are how many guests each job's storage has, how old their newest are, and the last that came back", () => {
    expect(rows([job()], heard())).toBe(
      "nightly | on nas | 2 guests, saved 12 h to 24 h ago\nrestore | one came back 10 days ago",
    );
  });

  it("are not mentioned where the file has no job that runs by itself", () => {
    expect(rows([], heard())).toBe("");
    expect(rows([job({ isEnabled: false })], heard())).toBe("");
  });

  it("names the guests whose newest is older than the job promises", () => {
    const old = heard({ on: { nas: [backup(100, DAY), backup(101, 3 * DAY)] } });
    expect(rows([job()], old)).toContain("OVERDUE: 101");
    expect(backupsView([job()], [old], NOW)?.jobs[0]?.overdue).toEqual(["101"]);
  });

  it("calls a restore due when none came back lately, or ever", () => {
    const tried = { atMs: NOW - 40 * DAY, isGood: true, seconds: 9, volume: "v" };
    expect(rows([job()], heard({ restores: { "100": tried } }))).toContain(
      "one came back 40 days ago; DUE",
    );
    expect(rows([job()], heard({ restores: { "100": { ...tried, isGood: false } } }))).toContain(
      "never tried; DUE",
    );
    expect(rows([job()], heard({ restores: {} }))).toContain("never tried; DUE");
  });

  it("says that nobody told, and takes that for neither saved nor overdue", () => {
    const view = backupsView([job()], [heard({ on: {}, restores: undefined })], NOW);
    expect(view).toMatchObject({ jobs: [{ overdue: [] }], restoreIsDue: false });
    expect(rows([job()])).toBe("nightly | on nas | the storage did not tell\nrestore | not known");
  });

  it("puts together what each node has on a storage of its own", () => {
    const mine = heard({ on: { local: [backup(100, DAY)] } });
    const theirs = heard({ on: { local: [backup(101, DAY)] } });
    expect(rows([job({ storage: "local" })], mine, theirs)).toContain("2 guests, saved 24 h ago");
  });
});

describe("the script that asks for them", () => {
  /** Run with a `pvesh` that lists one backup on `nas` and fails on any other storage. */
  function run(storages: Parameters<typeof backupsScript>[1], members?: string): BackupsHeard {
    const folder = mkdtempSync(path.join(tmpdir(), "proxmox-ha-backups-"));
    try {
      const tools = {
        pvesh: `case $2 in /nodes/frege/storage/nas/content) echo '[{"volid":"nas:backup/one","vmid":100,"ctime":5,"size":7}]';; *) exit 2;; esac`,
      };
      for (const [name, body] of Object.entries(tools)) {
        writeFileSync(path.join(folder, name), `#!/bin/sh\n${body}\n`);
        chmodSync(path.join(folder, name), 0o755);
      }
      writeFileSync(path.join(folder, "members"), members ?? "");
      const script = backupsScript("frege", storages, 5).replaceAll(
        "/etc/pve/.members",
        path.join(folder, "members"),
      );
      return parseBackups(
        "frege",
        execFileSync("sh", ["-c", script], {
          env: { PATH: `${folder}:/usr/bin:/bin`, LC_ALL: "C" },
          stdio: ["ignore", "pipe", "ignore"],
        }).toString(),
      );
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  }
  const members = (frege: number, boole: number): string => `{
"nodename": "frege",
"nodelist": {
  "frege": { "id": 2, "online": ${frege}, "ip": "10.0.0.2"},
  "boole": { "id": 1, "online": ${boole}, "ip": "10.0.0.1"}
  }
}`;
  const one = [{ volume: "nas:backup/one", vmid: 100, bytes: 7, madeAtMs: 5_000 }];

  it("has what all nodes see listed by the first member that is online, and by no other", () => {
    const nas = [{ id: "nas", shared: true }];
    expect(run(nas, members(1, 0)).on).toEqual({ nas: one });
    expect(run(nas, members(1, 1)).on).toEqual({});
    expect(run(nas).on).toEqual({});
  });

  it("is read as it stands in a node's whole answer, behind an empty line", () => {
    const mark = "\n@@proxmox-ha-status@@";
    const list =
      '\n@@proxmox-ha-backups@@nas\n[{"volid":"nas:backup/one","vmid":100,"ctime":5,"size":7}]';
    const view = parseNodeView("frege", "10.0.0.1", `${mark}backups\n${list}\n${mark}routes\n`);
    expect(view.reachable && view.backups?.on).toEqual({ nas: one });
  });

  it("has each node list its own, and leaves out what did not answer", () => {
    const heardOf = run([
      { id: "nas", shared: false },
      { id: "dead", shared: false },
    ]);
    expect(heardOf.on).toEqual({ nas: one });
    expect(heardOf.restores).toEqual({});
  });
});
