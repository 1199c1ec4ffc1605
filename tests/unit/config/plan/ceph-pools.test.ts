import { describe, expect, it } from "vitest";
import { kindOfPool, planCephPools, planCrushRules } from "../../../../config/plan/ceph-pools.js";
import { planStorages } from "../../../../config/plan/storage.js";
import { ringCluster } from "./stacks.js";

const spec = ringCluster(3, {
  ceph: {
    release: "squid",
    publicNetwork: "management",
    osds: { everyNode: [{ select: { model: "DATA*" } }] },
    pools: {
      fast: { class: "nvme", quota: "10TB" },
      also: { class: "nvme" },
      objects: { application: "rgw" },
    },
  },
});

describe("the pools of a Ceph", () => {
  it("have a quota, a use and the rule of their class", () => {
    const pools = spec.ceph === undefined ? [] : planCephPools(spec.ceph);
    expect(pools.map(({ name, ...more }) => [name, more])).toMatchObject([
      ["also", { application: "rbd", crushRule: "replicated_nvme" }],
      ["fast", { crushRule: "replicated_nvme", quotaBytes: 10e12 }],
      ["objects", { application: "rgw" }],
    ]);
    expect(pools.at(-1)).not.toHaveProperty("crushRule");
  });

  it("say what of them stays as it was made, and nothing that may change", () => {
    const base = { name: "one", size: 3, minSize: 2, autoscale: "on", application: "rbd" } as const;
    const erasure = { data: 4, parity: 2, failureDomain: "rack", class: "hdd" } as const;
    expect(kindOfPool(base)).toBe("copies, for rbd");
    expect(kindOfPool({ ...base, size: 2, crushRule: "by-hand" })).toBe(kindOfPool(base));
    expect(kindOfPool({ ...base, erasure })).toBe(
      "4 + 2 parts, each on another rack, on hdd, for rbd",
    );
  });

  it("share one rule for each class", () => {
    expect(spec.ceph === undefined ? [] : planCrushRules(spec.ceph)).toEqual([
      { rule: "replicated_nvme", failureDomain: "host", class: "nvme" },
    ]);
  });

  it("have a rule of their own for racks, with and without a class", () => {
    const racks = ringCluster(3, {
      ceph: {
        release: "squid",
        publicNetwork: "management",
        osds: { everyNode: [{ select: { model: "DATA*" } }] },
        pools: {
          fast: { failureDomain: "rack", class: "nvme" },
          wide: { failureDomain: "datacenter" },
          plain: {},
        },
      },
    });
    expect(racks.ceph === undefined ? [] : planCrushRules(racks.ceph)).toEqual([
      { rule: "replicated_datacenter", failureDomain: "datacenter" },
      { rule: "replicated_rack_nvme", failureDomain: "rack", class: "nvme" },
    ]);
  });

  it("are a storage only where they hold disks", () => {
    expect(planStorages(spec).map(({ id }) => id)).toEqual(["also", "fast"]);
  });
});
