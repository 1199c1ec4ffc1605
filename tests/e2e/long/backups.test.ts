import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { z } from "zod";
import { closeAll, eventually } from "../../../twin/testing/index.js";
import { runUntilLost } from "../support/cuts.js";
import { ownFrege } from "../support/own-frege.js";
import { ProgramTwin } from "../support/program-twin.js";

/** One cluster for the whole file: what comes later works on what came before. */
let twin: ProgramTwin;
const stack = ownFrege();

const guests = [
  "      large: { id: 200, node: russell, cores: 1, memory: 256MiB, disks: [{ storage: nfs-vms, size: 8GiB }] }\n",
  "      small: { id: 202, node: frege, cores: 1, memory: 256MiB, disks: [{ storage: nfs-vms, size: 1GiB }] }\n",
];
const told = z.object({ restores: z.array(z.looseObject({ guest: z.string() })) });
const nightly = (more = ""): string =>
  `        nightly: { schedule: "02:00", storage: nfs-backups, select: all, notes: "{{guestname}}"${more} }\n`;
const large =
  '        large: { schedule: "04:00", storage: nfs-backups, select: { guests: [200] } }\n';

function write(jobs: readonly string[], guestsOf: readonly string[] = guests): void {
  const backup = jobs.length === 0 ? "" : `    backup:\n      jobs:\n${jobs.join("")}`;
  stack.write([["    ha:\n", `    guests:\n${guestsOf.join("")}${backup}    ha:\n`]]);
}
const archives = async (id: number): Promise<string[]> =>
  (await twin.on("frege", "ls /mnt/pve/nfs-backups/dump"))
    .split("\n")
    .filter((name) => name.startsWith(`vzdump-qemu-${id}-`) && name.endsWith(".vma.zst"));
const jobs = (): Promise<string> => twin.on("wittgenstein", "cat /etc/pve/jobs.cfg");

beforeAll(async () => {
  write([nightly()]);
  twin = await ProgramTwin.up("backups");
});
afterAll(() => closeAll(twin, stack));

describe("backup jobs of the file", () => {
  it("are made, and the smallest guest is saved before the run ends", async () => {
    const { done } = await twin.runUp();
    expect(done.stdout).toMatch(/small \(202, 1 GiB\) is saved now, to prove it/);
    expect(done.stdout).toMatch(/nightly has saved guest small \(202\): nfs-backups:backup\/\S+/);
    expect(await jobs()).toMatch(
      /^vzdump: nightly$[\s\S]*all 1[\s\S]*notes-template \{\{guestname\}\}[\s\S]*schedule 02:00/m,
    );
    expect(await archives(202)).toHaveLength(1);
    expect(await archives(200)).toEqual([]);
  });

  it("are left alone by the second up, which asks no host anything, and by a refresh", async () => {
    const { done, log } = await twin.runUp();
    expect(done.stdout).toContain("nothing to change");
    expect(log.roundTrips()).toEqual({});
    expect((await twin.run("refresh")).done.stdout).toContain("nothing to change");
  });

  it("get back what somebody changed of them, and keep what somebody set beside it", async () => {
    await twin.on(
      "russell",
      "pvesh set /cluster/backup/nightly --schedule 'sun 05:00' --comment 'by hand'",
    );
    const refreshed = await twin.run("refresh");
    expect(refreshed.done.stdout).toMatch(/differs +backup-nightly/);
    await twin.runUp();
    expect(await jobs()).toMatch(/comment by hand[\s\S]*schedule 02:00/);
  });

  it("that come later are proved by a guest of their own, also when the controller is killed meanwhile", async () => {
    write([nightly(), large]);
    const { steps } = await runUntilLost(twin, { kind: "controller", node: "frege" }, (log) =>
      log.some(({ verb }) => verb.startsWith("saving guest large")),
    );
    expect(steps.length).toBeGreaterThan(0);
    await twin.runUp();
    expect(await archives(200)).toHaveLength(1);
    expect(await archives(202)).toHaveLength(1);
  });

  it("say which guests they don't save", async () => {
    write([large]);
    const { done } = await twin.runUp();
    expect(done.stdout).toContain("no backup job saves vm:202 small");
    expect(await jobs()).not.toContain("nightly");
    expect(await archives(202)).toHaveLength(1);
  });
});

describe("a restore drill", () => {
  const scratch = (): Promise<string> =>
    twin.on("frege", "ls /etc/pve/nodes/*/qemu-server | grep -c 999999998 || true");

  it("is what the doctor misses", async () => {
    write([nightly()]);
    await twin.runUp();
    const { done } = await twin.run("doctor", ["--cluster"]);
    expect(done.stdout).toContain("no drill has ever restored one");
    expect(done.stdout).not.toContain("guest small (202) has no backup");
    expect((await twin.run("status")).done.stdout).toMatch(
      /nightly +on nfs-backups +2 guests, saved [^\n]+ ago\n +restore +never tried; DUE/,
    );
  });

  it("brings each guest back, unplugged, and leaves nothing", async () => {
    const { done } = await twin.run("drill", ["restore", "--each", "--json"]);
    expect(done.stderr + done.stdout).toContain('"status":0');
    const { restores } = told.parse(JSON.parse(done.stdout));
    expect(restores).toMatchObject([
      { guest: "small", isGood: true },
      { guest: "large", isGood: true },
    ]);
    expect((await scratch()).trim()).toBe("0");
    expect(await twin.on("russell", "cat /etc/pve/priv/proxmox-ha-restores.json")).toMatch(
      /"202".*"isGood":true/,
    );
    expect((await twin.run("doctor", ["--cluster"])).done.stdout).not.toContain(
      "has ever restored",
    );
    const status = await twin.run("status");
    expect(status.done.stdout).toMatch(/restore +one came back \d+ s ago\n/);
    // Each node tells of itself; the host system of a twin has no list of updates.
    expect(status.done.stdout).toMatch(/\n {2}frege +load [\d.]+ on \d+ threads +\S+ GiB of/);
  });

  it("that is killed leaves what the next one removes", async () => {
    const { running } = twin.startRun("drill", ["restore", "--guest", "small"]);
    await eventually(
      async () => (await scratch()).trim() === "1",
      () => "nothing is restored",
      120_000,
    );
    running.kill();
    await running.finished;
    const beside = await twin.run("drill", ["restore"]);
    expect(beside.done.stdout + beside.done.stderr).toContain("another restore drill is under way");
    await eventually(
      async () => (await twin.run("drill", ["restore", "--guest", "small"])).done.status === 0,
      () => "the next drill does not come to its end",
      180_000,
    );
    expect((await scratch()).trim()).toBe("0");
  });
});
