import { expect, it } from "vitest";
import { backupJob } from "../../../../dynamic-providers/backup/job/provider.js";
import { type JsonObject, toStruct } from "../../../../dynamic-providers/kit/struct.js";
import { FREGE } from "../../../support/connection.js";
import { fakeRuntime } from "../../../support/fake-runtime.js";
import { FakeBackups } from "./fake-backups.js";

const KEYS = {
  schedule: "02:00",
  storage: "nas-backups",
  mode: "snapshot",
  enabled: "1",
  all: "1",
};
const wished = (keys: object = KEYS, more: object = {}): JsonObject =>
  toStruct({
    cluster: "ms01",
    connection: FREGE,
    job: "daily",
    saves: "every guest",
    keys,
    ...more,
  });

function serve() {
  const cluster = new FakeBackups();
  const said: string[] = [];
  const clock = { now: () => 0, sleep: () => Promise.resolve() };
  const runtime = fakeRuntime("job", cluster.host(), clock, (line) => said.push(line));
  return { cluster, said, job: backupJob.serve(runtime) };
}

it("is made under its name, and as wanted afterwards", async () => {
  const { cluster, job } = serve();
  const { id, outs } = await job.create(wished());
  expect(cluster.told).toEqual([
    "create /cluster/backup --id daily --schedule 02:00 --storage nas-backups --mode snapshot --enabled 1 --all 1",
  ]);
  expect(cluster.jobs.get("daily")).toMatchObject({ schedule: "02:00" });
  expect((await job.read(id, outs)).props).toMatchObject({ drift: [] });
});

it("that exists is taken over where it is equal, whatever else somebody has set of it", async () => {
  const { cluster, said, job } = serve();
  // As Proxmox shows it: rules as objects, switches as numbers, lists in any order.
  cluster.jobs.set("daily", {
    schedule: "02:00",
    storage: "nas-backups",
    enabled: 1,
    vmid: "130,101",
    "prune-backups": { "keep-weekly": 4, "keep-daily": "7" },
    comment: "by hand",
  });
  const keys = {
    schedule: "02:00",
    storage: "nas-backups",
    enabled: "1",
    vmid: "101,130",
    "prune-backups": "keep-daily=7,keep-weekly=4",
    "repeat-missed": "0",
  };
  const { failures } = await job.check({}, wished(keys));
  expect(failures).toEqual([]);
  expect(said.join()).toContain("backup job daily: on the cluster already, and as wanted");
  await job.create(wished(keys));
  expect(cluster.told).toEqual([]);
});

it("that exists and differs is refused in the preview, and changed where the file says so", async () => {
  const { cluster, job } = serve();
  cluster.jobs.set("daily", { ...KEYS, schedule: "sun 03:00" });
  const { failures } = await job.check({}, wished());
  expect(failures.map(({ reason }) => reason).join()).toContain("schedule sun 03:00");
  await job.create(wished(KEYS, { adopt: true }));
  expect(cluster.told).toEqual(["set /cluster/backup/daily --schedule 02:00"]);
});

it("with another selection loses the old one, and what the file no longer says", async () => {
  const { cluster, job } = serve();
  const { id, outs } = await job.create(wished({ ...KEYS, comment: "x" }));
  const { all: _all, ...rest } = KEYS;
  await job.update(id, outs, wished({ ...rest, pool: "critical" }));
  expect(cluster.told.at(-1)).toBe(
    "set /cluster/backup/daily --pool critical --delete all,comment",
  );
  expect(cluster.jobs.get("daily")).not.toHaveProperty("comment");
});

it("that leaves the file is removed, and what it has saved is said to stay", async () => {
  const { cluster, said, job } = serve();
  const { id, outs } = await job.create(wished());
  cluster.unsaved = [{ vmid: 110, type: "qemu", name: "big" }];
  await job.delete(id, outs);
  expect(said.join()).toContain("no backup job saves vm:110 big");
  expect(cluster.jobs.size).toBe(0);
  expect(said.join()).toContain("every guest, 02:00. What it has saved stays");
});

it("of a cluster that is yet to be formed needs no look, and a refresh of a silent one is no removal", async () => {
  const { cluster, job } = serve();
  cluster.silent = true;
  expect((await job.check({}, wished())).failures).toEqual([]);
  cluster.silent = false;
  const { id, outs } = await job.create(wished());
  cluster.silent = true;
  await expect(job.read(id, outs)).rejects.toThrow(/no route to host/);
});
