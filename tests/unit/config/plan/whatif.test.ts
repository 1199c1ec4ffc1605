import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  BY_THE_FILE,
  foretell,
  type Loss,
  type Now,
} from "../../../../config/plan/whatif/index.js";
import type { ClusterInput } from "../../../../config/schema/cluster.js";
import { ringCluster } from "./stacks.js";

type GuestInput = NonNullable<ClusterInput["guests"]>[string];

const NAS = {
  nas: { nfs: { server: "10.0.0.99", export: "/vms" }, content: ["images" as const] },
  away: { nfs: { server: "10.9.9.9", export: "/backups" }, content: ["backup" as const] },
};
const CEPH = {
  release: "squid" as const,
  publicNetwork: "management",
  osds: { everyNode: [{ select: { model: "DATA*", size: "2TB" }, count: 2 }] },
  pools: { disks: { size: 3, minSize: 2, pgs: 32 } },
};
const guest = (id: number, node: string, changes: Partial<GuestInput> = {}): GuestInput => ({
  id,
  node,
  cores: 2,
  memory: "8GiB",
  disks: [{ storage: "nas", size: "32GiB" }],
  ha: {},
  ...changes,
});
const NOTHING: Loss = { nodes: [], networks: [], storages: [], osds: [] };

function asked(
  count: number,
  changes: Partial<ClusterInput>,
  loss: Partial<Loss>,
  now: Now = BY_THE_FILE,
) {
  const spec = ringCluster(count, { storage: NAS, ...changes });
  const all = foretell(spec, { ...NOTHING, ...loss }, now);
  const of = (about: string) => {
    const found = all.find((one) => one.about === about);
    return { outcome: found?.outcome, said: found?.lines.join(" ") ?? "" };
  };
  return { of, all };
}

describe("the loss of nodes", () => {
  it("keeps quorum as long as more than half of the votes are left, and says how near the edge is", () => {
    const one = asked(3, {}, { nodes: ["node-1"] }).of("Quorum");
    expect(one).toMatchObject({ outcome: "weaker" });
    expect(one.said).toContain("2 of 3 votes are left, and 2 are needed; the next node that goes");
    const two = asked(3, {}, { nodes: ["node-1", "node-3"] }).of("Quorum");
    expect(two).toMatchObject({ outcome: "stops" });
    expect(two.said).toContain("1 of 3 votes is left");
    expect(asked(5, {}, { nodes: ["node-1"] }).of("Quorum").outcome).toBe("serves");
  });

  it("counts nodes that are away already", () => {
    const now = { away: ["node-2"], guests: new Map() };
    const { of } = asked(3, {}, { nodes: ["node-1"] }, now);
    expect(of("Quorum").outcome).toBe("stops");
  });

  it("moves guests from where they run now, and names those that wait or are strangers", () => {
    const guests = {
      web: guest(101, "node-1"),
      plain: guest(102, "node-2", { ha: undefined }),
    };
    const now = {
      away: [],
      guests: new Map([
        ["vm:101", "node-2"],
        ["vm:900", "node-2"],
      ]),
    };
    const { of } = asked(3, { guests }, { nodes: ["node-2"] }, now);
    expect(of("Guests").said).toMatch(/HA starts vm:101 \(web\) on node-[13]\./);
    expect(of("Guests").said).toContain("vm:102 (plain) is not under HA and waits for the node.");
    expect(of("Guests").said).toContain("vm:900 runs on node-2 and is not in the stack file");
    expect(of("Guests").outcome).toBe("stops");
    expect(asked(3, { guests }, { nodes: ["node-1"] }, now).of("Guests").outcome).toBe("serves");
  });

  it("starts nothing elsewhere without quorum", () => {
    const guests = { web: guest(101, "node-1") };
    const { of } = asked(3, { guests }, { nodes: ["node-1", "node-2"] });
    expect(of("Guests").said).toContain(
      "vm:101 (web) stops, and without quorum nothing is started",
    );
    expect(of("Fencing").outcome).toBeUndefined();
  });

  it("says by whom a lost node is stopped", () => {
    const { of } = asked(3, {}, { nodes: ["node-1"] });
    expect(of("Fencing").said).toContain("node-1: only its own watchdog stops it");
  });
});

describe("Ceph without some of it", () => {
  it.each([
    [3, ["node-1"], "weaker", "disks serves with 2 of 3 copies, until what is lost is back"],
    [
      4,
      ["node-4"],
      "weaker",
      "disks serves with 2 of 3 copies, and makes the others anew elsewhere",
    ],
    [
      5,
      ["node-4", "node-5"],
      "stops",
      "disks stops for some of its data: 1 of 3 copies are left, and 2",
    ],
    [3, ["node-1", "node-2"], "stops", "1 of 3 monitors is left, which is no majority"],
  ] as const)("of %i hosts that loses %j: %s", (count, nodes, outcome, said) => {
    const changes = { ceph: CEPH, corosync: { links: ["management"], evenNodesAccepted: true } };
    const { of } = asked(count, changes, { nodes: [...nodes] });
    expect(of("Ceph").outcome).toBe(outcome);
    expect(of("Ceph").said).toContain(said);
  });

  it("names objects of which nothing may be left", () => {
    const ceph = { ...CEPH, monitors: ["node-1"] };
    const { of } = asked(5, { ceph }, { nodes: ["node-3", "node-4", "node-5"] });
    expect(of("Ceph").said).toContain("disks has objects of which nothing is left");
  });

  it("takes the disks of guests with it where a pool stops", () => {
    const guests = { db: guest(103, "node-1", { disks: [{ storage: "disks", size: "8GiB" }] }) };
    const { of } = asked(3, { ceph: CEPH, guests }, { networks: ["management"] });
    expect(of("Ceph").said).toContain("over management neither monitors nor clients reach anybody");
    expect(of("Guests").said).toContain("vm:103 (db) loses its disks");
    expect(of("Ways in").said).toContain("Neither the web interface");
  });

  it("counts a part of an erasure code as what it is", () => {
    const pools = { disks: { erasure: { data: 2, parity: 2 }, pgs: 32 } };
    const { of } = asked(5, { ceph: { ...CEPH, pools } }, { osds: [3] });
    expect(of("Ceph").said).toContain("disks-data serves with 3 of 4 parts");
    const two = asked(5, { ceph: { ...CEPH, pools } }, { osds: [3, 7] });
    expect(two.of("Ceph").said).toContain("disks-data stops for some of its data: 2 of 4 parts");
  });

  it("never gets better by losing more", () => {
    const rank = { serves: 0, weaker: 1, stops: 2 };
    const names = ["node-1", "node-2", "node-3", "node-4", "node-5"];
    fc.assert(
      fc.property(fc.subarray(names), fc.constantFrom(...names), fc.nat(3), (nodes, more, osds) => {
        const disks = Array.from({ length: osds }, (_, at) => at);
        const worstOf = (lost: readonly string[]) =>
          Math.max(
            ...asked(5, { ceph: CEPH }, { nodes: lost, osds: disks })
              .all.filter(({ about }) => about === "Ceph" || about === "Quorum")
              .map(({ outcome }) => rank[outcome]),
          );
        expect(worstOf([...nodes, more])).toBeGreaterThanOrEqual(worstOf(nodes));
      }),
      { numRuns: 40 },
    );
  });
});

describe("networks and storages that are gone", () => {
  it("leave each node alone where no link of corosync is left", () => {
    const { of } = asked(3, {}, { networks: ["management", "ring"] });
    expect(of("Quorum").said).toContain("Corosync has no link left: every node is alone.");
    expect(of("Quorum").outcome).toBe("stops");
    expect(asked(3, {}, { networks: ["ring"] }).of("Quorum").said).toContain(
      "Corosync goes on over management.",
    );
  });

  it("take storages along whose servers are in them, and say what still takes backups", () => {
    const guests = { web: guest(101, "node-1") };
    const cut = asked(3, { guests }, { networks: ["management"] });
    expect(cut.of("Storages").said).toBe("Nobody reaches nas.");
    expect(cut.of("Guests").said).toContain("vm:101 (web) loses its disks");
    const without = asked(3, { guests }, { storages: ["away"] });
    expect(without.of("Storages").said).toContain(
      "Nothing is backed up to away or restored from there, and no other storage takes backups.",
    );
    expect(without.of("Guests").outcome).toBe("serves");
  });
});
