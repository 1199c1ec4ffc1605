import { describe, expect, it } from "vitest";
import { isNotApplied } from "../../../../config/not-applied.js";
import { cephHindrances } from "../../../../config/plan/ceph-hindrances.js";
import { planCluster } from "../../../../config/plan/index.js";
import type { ClusterInput } from "../../../../config/schema/cluster.js";
import { ringCluster, specOf } from "./stacks.js";

const CEPH: NonNullable<ClusterInput["ceph"]> = {
  release: "squid",
  publicNetwork: "management",
  osds: { everyNode: [{ select: { model: "DATA*" } }] },
  pools: { "vm-disks": {} },
};
const withCeph = (changes: object) => ringCluster(3, { ceph: { ...CEPH, ...changes } });
const osd = (changes: object) => ({
  osds: { everyNode: [{ select: { model: "DATA*" }, ...changes }] },
});

describe("a Ceph section", () => {
  it("that asks for nothing else is made, with a storage on its pool", () => {
    const spec = withCeph({});
    expect(cephHindrances(spec)).toEqual([]);
    expect(isNotApplied(["ceph"], spec)).toBe(false);
    const plan = planCluster(spec);
    expect(plan.ceph).toMatchObject({
      withheld: [],
      cidrs: { public: "10.0.0.0/24", cluster: "10.0.0.0/24" },
      disks: {
        "node-1": [{ by: "select", model: "DATA*", count: 1, class: "nvme", encrypted: false }],
      },
      pools: [{ name: "vm-disks", size: 3, minSize: 2, autoscale: "on" }],
    });
    expect(plan.storages).toMatchObject([{ id: "vm-disks", type: "rbd", pool: "vm-disks" }]);
    expect(plan.token.privileges.map(({ privilege }) => privilege)).not.toContain(
      "Datastore.Allocate",
    );
  });

  it.each([
    [
      { osds: { everyNode: [{ device: "/dev/disk/by-id/nvme-a" }] } },
      "disks of every node by the name of a single one",
    ],
  ])("with %j is not made at all, because of %s", (changes, what) => {
    const spec = withCeph(changes);
    expect(cephHindrances(spec)).toEqual([what]);
    expect(isNotApplied(["ceph"], spec)).toBe(true);
    expect(planCluster(spec).storages).toEqual([]);
  });

  it("of pve1 is made", () => {
    expect(cephHindrances(specOf("pve1"))).toEqual([]);
  });

  it.each(["homelab", "gtr7"] as const)("of %s asks for nothing that cannot be made", (stack) => {
    expect(cephHindrances(specOf(stack))).toEqual([]);
  });

  it("on a ring has its networks in the range of the loopbacks", () => {
    expect(planCluster(specOf("gtr7")).ceph?.cidrs).toEqual({
      public: "10.0.0.80/28",
      cluster: "10.0.0.80/28",
    });
  });

  it("names how much of a disk an OSD gets, where it is a part", () => {
    expect(planCluster(withCeph(osd({ partition: "1TB" }))).ceph?.disks["node-1"]).toEqual([
      {
        by: "select",
        model: "DATA*",
        count: 1,
        class: "nvme",
        encrypted: false,
        partitionBytes: 1_000_000_000_000,
      },
    ]);
  });
});
