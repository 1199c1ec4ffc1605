import { expect, it } from "vitest";
import { backupGate } from "../../../../dynamic-providers/backup/gate/provider.js";
import { type JsonObject, toStruct } from "../../../../dynamic-providers/kit/struct.js";
import { FREGE } from "../../../support/connection.js";
import { fakeRuntime } from "../../../support/fake-runtime.js";
import { FakeClock } from "../pvecm/fake-cluster.js";
import { FakeBackups } from "./fake-backups.js";

const DAILY = { name: "daily", storage: "nas-backups", guests: ["vm:101"] };
const wished = (jobs: object[] = [DAILY], members: object = { frege: FREGE }): JsonObject =>
  toStruct({ cluster: "ms01", connection: FREGE, members, jobs, places: {} });

function serve() {
  const cluster = new FakeBackups();
  cluster.jobs.set("daily", { storage: "nas-backups", mode: "stop", compress: "zstd" });
  cluster.guests.push(
    { vmid: 110, name: "big", gib: 100 },
    { vmid: 101, name: "small", gib: 8 },
    { vmid: 102, name: "mould", gib: 1, template: 1 },
  );
  const said: string[] = [];
  const clock = new FakeClock();
  const runtime = fakeRuntime("gate", cluster.host(), clock, (line) => said.push(line));
  return { cluster, said, gate: backupGate.serve(runtime) };
}

it("saves the smallest guest of a job once, without a shutdown and without deleting older backups", async () => {
  const { cluster, said, gate } = serve();
  cluster.onItsWay.push("INFO: 10%");
  const { outs } = await gate.create(wished());
  expect(cluster.told).toEqual([
    "pvesh create /nodes/frege/vzdump --vmid 101 --storage nas-backups --compress zstd --mode snapshot --remove 0",
  ]);
  const volume = "nas-backups:backup/vzdump-qemu-101-1.vma.zst";
  expect(outs).toMatchObject({ proofs: { daily: volume }, unsaved: [] });
  expect(said.join()).toContain("small (101, 8 GiB) is saved now, to prove it");
  expect(said.join()).toContain(volume);
});

it("takes a backup that is there for the proof, and what one job has saved for the next one", async () => {
  const { cluster, gate } = serve();
  cluster.jobs.set("weekly", { storage: "nas-backups" });
  const jobs = [DAILY, { ...DAILY, name: "weekly" }];
  const { outs } = await gate.create(wished(jobs));
  expect(cluster.told).toHaveLength(1);
  expect(Object.keys(outs.proofs ?? {})).toEqual(["daily", "weekly"]);
  await gate.create(wished(jobs));
  expect(cluster.told).toHaveLength(1);
});

it("says that a job saves nobody yet, and which guests no job saves", async () => {
  const { cluster, said, gate } = serve();
  cluster.emptyJobs.push("daily");
  cluster.unsaved = [{ vmid: 110, type: "qemu", name: "big" }];
  const { outs } = await gate.create(wished());
  expect(cluster.told).toEqual([]);
  expect(outs).toMatchObject({ proofs: {}, unsaved: ["vm:110 big"] });
  expect(outs.saw).toEqual(["daily saves nobody yet", "no job saves vm:110 big"]);
  expect(said.join()).toContain("no backup job saves vm:110 big");
});

it("fails with the log's end where the backup fails", async () => {
  const { cluster, gate } = serve();
  cluster.course = "badly";
  await expect(gate.create(wished())).rejects.toThrow(/saving guest small \(101\).*ERROR: full/s);
});

it("fails where the task ended well and no backup is there", async () => {
  const { cluster, gate } = serve();
  cluster.course = "lost";
  await expect(gate.create(wished())).rejects.toThrow(
    /the task ended well, and no backup is listed/,
  );
});

it("fails where the guest is on a node that the file does not have", async () => {
  const { gate } = serve();
  await expect(gate.create(wished([DAILY], {}))).rejects.toThrow(/runs on frege, which is no node/);
});
