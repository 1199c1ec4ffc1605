import { describe, expect, it } from "vitest";
import { judgeStorage } from "../../../../automation/doctor/judge/storage.js";
import { planCluster } from "../../../../config/plan/cluster.js";
import type { FoundDisk } from "../../../../dynamic-providers/pveceph/disks.js";
import { ringCluster } from "../../config/plan/stacks.js";
import { blankDisk, soundNode } from "./sound.js";

const slots = { select: { model: "FAST*" }, count: 1, size: "60GB" };
const plan = planCluster(
  ringCluster(3, {
    ceph: {
      release: "squid",
      publicNetwork: "management",
      osds: {
        everyNode: [
          { select: { model: "MICRON*" }, size: "7.68TB", db: slots },
          { select: { model: "SLOW*" }, size: "7.68TB", db: slots },
        ],
      },
      pools: { "vm-disks": { pgs: 64, autoscale: "off" } },
    },
  }),
);
const NODE = "node-1";
const DATA = [
  blankDisk("/dev/nvme0n1"),
  { ...blankDisk("/dev/sda"), model: "SLOW 1", rotational: true },
];
const fast = (change: Partial<FoundDisk> = {}): FoundDisk => ({
  ...blankDisk("/dev/nvme9n1"),
  model: "FAST 1",
  sizeBytes: 400e9,
  ...change,
});
const said = (...disks: readonly FoundDisk[]) =>
  judgeStorage(
    { plan, channel: "no-subscription", seen: [] },
    { ...soundNode(plan, NODE), disks: [...DATA, ...disks] },
  ).map(({ code, evidence }) => `${code}: ${evidence}`);

describe("disks for databases, to the doctor", () => {
  it("are well when they are blank, and when databases of OSDs lie on them already", () => {
    expect(said(fast())).toEqual([]);
    expect(said(fast({ used: "LVM", slotVolumes: 2 }))).toEqual([]);
  });

  it("are missing where they are not as many as planned, which is told once for all entries", () => {
    expect(said()).toEqual([
      expect.stringMatching(
        /^disk\/missing: 0 disks of the model FAST\* for a database, 1 planned; there are .*sda/,
      ),
    ]);
    expect(said(fast(), fast({ device: "/dev/nvme8n1" }))).toEqual([
      expect.stringMatching(/^disk\/new: 2 disks of the model FAST\* for a database/),
    ]);
  });

  it("are told where something else lies on them, or an OSD as a whole", () => {
    expect(said(fast({ used: "ext4" }))).toEqual([
      expect.stringMatching(/^disk\/leftovers: not blank: \/dev\/nvme9n1 .*ext4/),
    ]);
    expect(said(fast({ used: "LVM", osd: 7 }))).toEqual([
      expect.stringMatching(/^disk\/leftovers: not blank: \/dev\/nvme9n1/),
    ]);
  });
});
