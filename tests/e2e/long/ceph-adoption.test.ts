import { rmSync } from "node:fs";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { closeAll, OwnStack } from "../../../twin/testing/index.js";
import { ProgramTwin } from "../support/program-twin.js";

/** A Ceph that is there before the program knows of it, as if somebody had made it in the web interface. */
let twin: ProgramTwin;
const stack = new OwnStack(
  path.resolve(__dirname, "..", "..", "fixtures", "stacks", "Pulumi.trio.yaml"),
);
const POOL = "vm-disks: { size: 3, minSize: 2, pgs: 16, class: nvme, quota: 5GB }";
/** Everything of Ceph that the file speaks of. What its daemons do by themselves is not in it. */
const traces = () =>
  twin.on(
    "adele",
    'ceph osd tree -f plain; ceph osd dump -f json | grep -o \'"uuid":"[^"]*"\'; ceph osd pool get vm-disks all; ceph osd pool get-quota vm-disks -f json; ceph osd crush rule dump; ceph mon dump 2>/dev/null | grep mon; ceph fs ls; ceph config dump; cat /etc/pve/ceph.conf /etc/pve/storage.cfg',
  );
/** The program's memory of what it made. Its ssh key stays: nobody else gets onto the hosts. */
const forgotten = () =>
  rmSync(path.join(twin.programFolder, "pulumi"), { recursive: true, force: true });

beforeAll(async () => {
  stack.write();
  twin = await ProgramTwin.up("cephadopted", "trio");
  await twin.runUp();
  forgotten();
});
afterAll(() => closeAll(twin, stack));

const words = ({ stdout, stderr }: { readonly stdout: string; readonly stderr: string }): string =>
  `${stdout}${stderr}`.replaceAll(/\s+/g, " ");

describe("a Ceph that stands already", () => {
  it("is refused where it differs, with each field, and nothing of it is touched", async () => {
    const before = await traces();
    stack.write([
      [
        POOL,
        "vm-disks: { size: 3, minSize: 2, pgs: 16, class: nvme, quota: 6GB, autoscale: warn }",
      ],
      ["downOutInterval: 15m", "downOutInterval: 20m"],
    ]);
    const preview = words((await twin.run("preview")).done);
    expect(preview).toContain("the settings of Ceph in trio [downOutInterval: 900 -> 1200]");
    expect(preview).toMatch(/the pool vm-disks \[autoscale: \w+ -> warn; quota: 5\d+ bytes -> 6/);
    const { done } = await twin.run("up");
    expect(done.status).not.toBe(0);
    expect(words(done)).toMatch(/downOutInterval: 900 -> 1200/);
    expect(words(done)).toContain("adopt: true");
    expect(await traces()).toBe(before);
  });

  it("is taken over where it is as wanted, and nothing of it is touched", async () => {
    forgotten();
    const before = await traces();
    stack.write();
    const preview = words((await twin.run("preview")).done);
    for (const what of [
      "Ceph's configuration of trio",
      "the monitor of adele",
      "the settings of Ceph in trio",
      "the pool vm-disks",
      "the file system shared",
    ]) {
      expect(preview).toContain(`${what}: on the cluster already, and as wanted`);
    }
    const { done, log } = await twin.runUp();
    const touched = log
      .steps()
      .filter(({ resource, changed }) => changed && resource.startsWith("pveceph/"));
    expect(touched.map(({ verb }) => verb)).toEqual([]);
    for (const what of [
      "Ceph's configuration of trio",
      "the monitor of adele",
      "OSDs of berta",
      "pool vm-disks",
      "file system shared",
    ]) {
      expect(done.stdout).toMatch(new RegExp(`${what}[^:\\n]*: already as wanted, taken over`));
    }
    expect(await traces()).toBe(before);
    const again = await twin.runUp();
    expect(again.done.stdout).toMatch(/nothing to change/);
    expect(again.log.roundTrips()).toEqual({});
  });

  it("is forgotten by a destroy, which deletes nothing, and taken over by the next up", async () => {
    const before = await traces();
    const free = ["state", "unprotect", "--all", "--yes", "--non-interactive"];
    await twin.startPulumi(free).finished;
    const destroyed = await twin.startPulumi(["destroy", "--yes", "--non-interactive"]).finished;
    expect(destroyed.status, `${destroyed.stdout}${destroyed.stderr}`).toBe(0);
    expect(await traces()).toBe(before);
    const { done } = await twin.runUp();
    expect(done.stdout).toMatch(/pool vm-disks[^:\n]*: already as wanted, taken over/);
    expect(done.stdout).toMatch(/storage shared[^:\n]*: on the cluster already, and as wanted/);
    expect(await traces()).toBe(before);
  });
});
