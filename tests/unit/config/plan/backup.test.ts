import { describe, expect, it } from "vitest";
import { planBackupJobs } from "../../../../config/plan/backup.js";
import { mayBeginTogether } from "../../../../config/plan/calendar-event.js";
import type { ClusterInput } from "../../../../config/schema/cluster.js";
import { specOf } from "./stacks.js";

type Jobs = NonNullable<NonNullable<ClusterInput["backup"]>["jobs"]>;
const jobs = (all: Jobs) => planBackupJobs(specOf("homelab", { backup: { jobs: all } }));
const job = { schedule: "02:00", storage: "nas-backups", select: "all" } as const;

describe("a backup job", () => {
  it("is told to Proxmox in its words, with what the file names and nothing else", () => {
    const [daily] = jobs({ daily: job });
    expect(daily).toMatchObject({
      name: "daily",
      keys: {
        schedule: "02:00",
        storage: "nas-backups",
        mode: "snapshot",
        compress: "zstd",
        enabled: "1",
        all: "1",
      },
      isProved: true,
    });
    expect(Object.keys(daily?.keys ?? {})).toHaveLength(6);
  });

  it("has everything that it is told", () => {
    const [daily] = jobs({
      daily: {
        ...job,
        enabled: false,
        compress: "none",
        prune: { keepDaily: 7, keepWeekly: 4 },
        bandwidth: "200MiB",
        repeatMissed: true,
        notes: "{{guestname}}",
        fleecing: "vm-disks",
        mail: { to: ["a@home.example", "b@home.example"] },
        comment: "before work",
      },
    });
    expect(daily?.keys).toMatchObject({
      enabled: "0",
      compress: "0",
      "prune-backups": "keep-daily=7,keep-weekly=4",
      bwlimit: "204800",
      "repeat-missed": "1",
      "notes-template": "{{guestname}}",
      fleecing: "enabled=1,storage=vm-disks",
      mailto: "a@home.example,b@home.example",
      mailnotification: "failure",
      "notification-mode": "legacy-sendmail",
      comment: "before work",
    });
    expect(daily?.isProved).toBe(false);
  });

  it.each<[Jobs[string]["select"], object, string[]]>([
    ["all", { all: "1" }, ["vm:101", "vm:102", "vm:103", "vm:110", "vm:120", "vm:121", "vm:130"]],
    [
      { except: [101, 102, 103, 110] },
      { exclude: "101,102,103,110" },
      ["vm:120", "vm:121", "vm:130"],
    ],
    [{ pool: "critical" }, { pool: "critical" }, ["vm:120"]],
    [{ guests: [130, 101] }, { vmid: "130,101" }, ["vm:101", "vm:130"]],
  ])("that selects %j saves these guests of the file", (select, keys, guests) => {
    const [one] = jobs({ one: { ...job, select } });
    expect(one?.keys).toMatchObject(keys);
    expect(one?.guests).toEqual(guests);
  });
});

describe("a guest's newest backup", () => {
  it.each([
    ["02:00", 26],
    ["mon..sun 02:00", 26],
    ["hourly", 26],
    ["sun 03:00", 194],
    ["weekly", 194],
    ["*-*-01 04:00", 770],
    ["monthly", 770],
    ["yearly", 8810],
  ])("of a job at %s is overdue after %i hours", (schedule, hours) => {
    expect(jobs({ one: { ...job, schedule } })[0]?.overdueMs).toBe(hours * 3_600_000);
  });

  it("is overdue when the file says so", () => {
    expect(jobs({ one: { ...job, overdueAfter: "2d" } })[0]?.overdueMs).toBe(172_800_000);
  });
});

describe("two schedules", () => {
  it.each([
    ["02:00", "2:00", true],
    ["02:00", "mon 02:00", true],
    ["mon..fri 02:00", "sat,sun 02:00", false],
    ["mon..fri 02:00", "fri 02:00", true],
    ["sat..mon 02:00", "sun 02:00", true],
    ["*-*-01 02:00", "02:00", true],
    ["*-*-01 02:00", "*-*-15 02:00", false],
    ["02:00", "03:00", false],
  ])("%s and %s may begin together: %s", (one, other, together) => {
    expect(mayBeginTogether(one, other)).toBe(together);
    expect(mayBeginTogether(other, one)).toBe(together);
  });
});
