import { describe, expect, it } from "vitest";
import { forecast } from "../../../../config/plan/ceph-forecast.js";
import { planCluster } from "../../../../config/plan/index.js";
import { ringCluster } from "./stacks.js";

const TB = 1e12;
const spec = (count: number, perDevice: number) =>
  ringCluster(3, {
    ceph: {
      release: "squid",
      publicNetwork: "management",
      osds: { everyNode: [{ select: { model: "DATA*", size: "8TB" }, count, perDevice }] },
      pools: { "vm-disks": { pgs: 64, autoscale: "off" } },
    },
  });

describe("OSDs that share disks", () => {
  it("are counted and told one by one, and their disks as many as there are", () => {
    const { ceph } = planCluster(spec(2, 4));
    expect(ceph?.osds).toHaveLength(3 * 2 * 4);
    expect(ceph?.osds.every(({ sizeBytes }) => sizeBytes === 2 * TB)).toBe(true);
    expect(ceph?.disks["node-1"]).toMatchObject([{ count: 2, perDevice: 4 }]);
    expect(ceph?.osds.filter(({ first }) => first)).toHaveLength(3 * 2);
  });

  it("have as much room as whole disks, but for what lies ahead on the fullest of more of them", () => {
    const [whole, shared] = [spec(2, 1), spec(2, 4)].map((one) => {
      const { ceph } = planCluster(one);
      return ceph === undefined ? undefined : forecast(ceph).rooms[0];
    });
    expect(shared?.raw).toBe(whole?.raw);
    expect(shared?.alike).toBeCloseTo(whole?.alike ?? 0);
    expect(shared?.nearFull).toBeLessThan(whole?.nearFull ?? 0);
  });
});
