import { describe, expect, it } from "vitest";
import { balanceOf } from "../../../../automation/preview/balance.js";
import { cephAhead } from "../../../../automation/preview/ceph-ahead.js";
import { planCluster } from "../../../../config/plan/index.js";
import { specOf } from "../../config/plan/stacks.js";
import { change, guest, on, PLAN } from "./changes.js";

const MIB = 2 ** 20;
const members = (...votes: number[]) => ({ members: votes.map((one) => ({ votes: one })) });

describe("before and after a run", () => {
  it("has the votes of the last run, the device's among them, and those of the plan", () => {
    const links = change("same", "pvecm/Links", { before: members(1, 1) });
    const device = change("remove", "pvecm/Qdevice", { before: { votes: 1 } });
    expect(balanceOf([links, device], { plan: PLAN, room: {} }).votes).toEqual({
      before: { expected: 3, needed: 2 },
      after: { expected: 3, needed: 2 },
    });
    const roster = change("update", "pvecm/Roster", { before: { nodes: ["node-1", "node-2"] } });
    expect(balanceOf([roster], { plan: PLAN, room: {} }).votes.before?.expected).toBe(2);
    const founds = change("create", "pvecm/Cluster");
    for (const before of [[], [roster, founds]]) {
      expect(balanceOf(before, { plan: PLAN, room: {} }).votes).toEqual({
        after: { expected: 3, needed: 2 },
      });
    }
  });

  it("has the memory of guests by node, containers too, and the room for it where it is known", () => {
    const container = { ...guest({ kind: "container" }), settings: { memory: "512" }, worded: {} };
    const changes = [
      change("update", "guest/Vm", {
        before: guest(),
        after: guest({ worded: { memory: { current: "4096" } } }),
      }),
      change("remove", "guest/Container", { before: container }),
      change("create", "guest/Vm", { after: guest({ node: "node-2" }) }),
    ];
    expect(balanceOf(changes, { plan: PLAN, room: { "node-1": 9 } }).memory).toEqual([
      { node: "node-1", beforeBytes: 2560 * MIB, afterBytes: 4096 * MIB, roomBytes: 9 },
      { node: "node-2", beforeBytes: 0, afterBytes: 2048 * MIB },
    ]);
  });

  it("has Ceph by the disks that were chosen, and by the file where none was", () => {
    const plan = planCluster(specOf("gtr7"));
    const disks = [0, 1].map(() => ({ class: "nvme", sizeBytes: 2e12 }));
    const changes = ["pve1", "pve2", "pve3"].map((node) =>
      change("update", "pveceph/Osds", {
        before: { ...on(node), disks: disks.slice(1) },
        after: { ...on(node), disks: node === "pve3" ? [] : disks },
      }),
    );
    const { ceph } = balanceOf(changes, { plan, room: {} });
    expect([ceph?.before.osds, ceph?.before.rawBytes]).toEqual([3, 6e12]);
    expect([ceph?.after.osds, ceph?.after.rawBytes]).toEqual([6, 8e12 + 2 * 1.8e12]);
    expect(ceph?.after.fitsBytes).toBeGreaterThan(ceph?.before.fitsBytes ?? 0);
    expect(balanceOf([], { plan: PLAN, room: {} }).ceph).toBeUndefined();
  });

  it("tells what Ceph will be where a step changes how much fits, by the disks that were seen", () => {
    const plan = planCluster(specOf("gtr7"));
    const disks = [0, 1].map(() => ({ class: "nvme", sizeBytes: 4e12 }));
    const osds = (action: string) =>
      ["pve1", "pve2", "pve3"].map((node) =>
        change(action, "pveceph/Osds", {
          before: { ...on(node), disks },
          after: { ...on(node), disks },
        }),
      );
    const told = cephAhead(osds("create"), plan.ceph).join("\n");
    expect(told).toContain("6 OSDs, public network");
    expect(told).toMatch(/24\.0 TB raw.*fit before Ceph warns/);
    expect(told).toMatch(/without pve1 data is served with a copy less/);
    expect(told).toMatch(/\d+ placement groups on each OSD to start with/);
    expect(cephAhead([...osds(""), change("create", "pveceph/Pool")], plan.ceph)).not.toEqual([]);
    expect(cephAhead([...osds(""), change("update", "guest/Vm")], plan.ceph)).toEqual([]);
    expect(cephAhead([change("create", "pveceph/Pool")], undefined)).toEqual([]);
  });
});
