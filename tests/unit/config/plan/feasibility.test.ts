import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { planCluster } from "../../../../config/plan/cluster.js";
import type { FeasibilityPlan } from "../../../../config/plan/feasibility.js";
import type { ClusterInput } from "../../../../config/schema/cluster.js";
import { ringCluster } from "./stacks.js";

type GuestInput = NonNullable<ClusterInput["guests"]>[string];

const SHARED = {
  shared: { nfs: { server: "10.0.0.99", export: "/vms" }, content: ["images" as const] },
  "two-only": {
    nfs: { server: "10.0.0.99", export: "/two" },
    content: ["images" as const],
    nodes: ["node-1", "node-2"],
  },
};

function guest(id: number, node: string, changes: Partial<GuestInput> = {}): GuestInput {
  return {
    id,
    node,
    cores: 2,
    memory: "8GiB",
    disks: [{ storage: "shared", size: "32GiB" }],
    ha: {},
    ...changes,
  };
}

function feasibility(
  guests: Record<string, GuestInput>,
  changes: Partial<ClusterInput> = {},
): FeasibilityPlan {
  return planCluster(ringCluster(3, { storage: SHARED, guests, ...changes })).feasibility;
}

describe("the loss of a single node", () => {
  it("moves a guest to the best node that its placement names", () => {
    const { losses, findings } = feasibility(
      { web: guest(101, "node-1", { ha: { placement: "order" } }) },
      { ha: { placements: { order: { "node-1": 100, "node-3": 50, "node-2": 10 } } } },
    );
    expect(findings).toEqual([]);
    expect(losses[0]).toMatchObject({ lost: "node-1", moves: { "vm:101": "node-3" } });
    expect(losses[1]).toMatchObject({ lost: "node-2", moves: {} });
  });

  it("leaves a guest of a strict placement without a home, and names the rule", () => {
    const { findings } = feasibility(
      { ai: guest(102, "node-2", { ha: { placement: "bound" } }) },
      { ha: { placements: { bound: { nodes: { "node-2": 100 }, strict: true } } } },
    );
    expect(findings).toMatchObject([
      { severity: "warning", obstacle: "rule", lost: "node-2", guest: "vm:102 (ai)" },
    ]);
    expect(findings[0]?.message).toContain("bound");
  });

  it("is refused for a guest under HA with a disk on local storage", () => {
    const { findings } = feasibility({
      web: guest(101, "node-3", { disks: [{ storage: "local-lvm", size: "8GiB" }] }),
    });
    expect(findings).toMatchObject([
      { severity: "error", obstacle: "storage", lost: "node-3", guest: "vm:101 (web)" },
    ]);
    expect(findings[0]?.message).toContain("local-lvm");
  });

  it("moves a guest only to nodes that see all its disks", () => {
    const { losses } = feasibility({
      web: guest(101, "node-2", { disks: [{ storage: "two-only", size: "8GiB" }] }),
    });
    expect(losses[1]).toMatchObject({ lost: "node-2", moves: { "vm:101": "node-1" } });
  });

  it("is refused where the others have no memory left", () => {
    const { findings } = feasibility({
      a: guest(101, "node-1", { memory: "60GiB" }),
      b: guest(102, "node-2", { memory: "60GiB" }),
      c: guest(103, "node-3", { memory: "60GiB" }),
    });
    expect(findings.map((finding) => [finding.lost, finding.obstacle, finding.severity])).toEqual([
      ["node-1", "memory", "error"],
      ["node-2", "memory", "error"],
      ["node-3", "memory", "error"],
    ]);
  });

  it("only makes guests wait that are not under HA", () => {
    const own = guest(101, "node-1");
    const { ha: _ha, ...plain } = own;
    const { losses, findings } = feasibility({ cp: plain });
    expect(findings).toEqual([]);
    expect(losses[0]).toMatchObject({ waiting: ["vm:101 (cp)"], homeless: [] });
  });

  it("sees a node that is given more than it has while all are up", () => {
    const { findings } = feasibility({ big: guest(101, "node-1", { memory: "200GiB" }) });
    expect(findings[0]).toMatchObject({ severity: "error", obstacle: "memory" });
    expect(findings[0]?.lost).toBeUndefined();
    expect(findings[0]?.message).toMatch(/node-1 has .* for guests and gets 200 GiB of them$/);
  });
});

describe("a cluster at rest", () => {
  const order = (nodes: Record<string, number>): Partial<ClusterInput> => ({
    ha: { placements: { order: { nodes } } },
  });

  it("has its guests where their placement draws them, and loses them from there", () => {
    const { losses, findings } = feasibility(
      { web: guest(101, "node-2", { ha: { placement: "order" } }) },
      order({ "node-1": 100, "node-2": 50 }),
    );
    expect(losses[0]?.moves).toEqual({ "vm:101": "node-2" });
    expect(losses[1]?.moves).toEqual({});
    expect(findings).toMatchObject([{ severity: "warning", obstacle: "rule" }]);
    expect(findings[0]?.message).toMatch(/placement order prefers node-1.*to node-1 at once/);
  });

  it("leaves a guest on a worse node when its placement calls nobody back", () => {
    const nodes = { "node-1": 100, "node-2": 50 };
    const { losses, findings } = feasibility(
      { web: guest(101, "node-2", { ha: { placement: "order" } }) },
      { ha: { placements: { order: { nodes, failback: false } } } },
    );
    expect(findings).toEqual([]);
    expect(losses[1]?.moves).toEqual({ "vm:101": "node-1" });
  });

  it("counts the memory of all guests that one node draws", () => {
    const big = (id: number, node: string) =>
      guest(id, node, { memory: "50GiB", ha: { placement: "order" } });
    const { findings } = feasibility(
      { a: big(101, "node-1"), b: big(102, "node-2") },
      order({ "node-1": 100, "node-2": 50, "node-3": 50 }),
    );
    expect(findings[0]).toMatchObject({ severity: "error", obstacle: "memory", node: "node-1" });
    expect(findings[0]?.message).toContain("gets 100 GiB of them (vm:102 (b) by its placement)");
  });

  it("counts the ZFS cache as the rule about hosts does", () => {
    const base = {
      domain: "lab.example",
      dns: ["10.0.0.1"],
      ntp: ["10.0.0.1"],
      timezone: "Europe/Vienna",
    };
    const wanted = { web: guest(101, "node-1", { memory: "70GiB" }) };
    expect(feasibility(wanted).findings).toEqual([]);
    expect(feasibility(wanted, { base: { ...base, zfsArcMax: "40GiB" } }).findings).toMatchObject([
      { obstacle: "memory", node: "node-1" },
      { obstacle: "memory", lost: "node-1" },
    ]);
  });

  it("is in trouble when a node draws guests whose disks it does not see", () => {
    const { findings } = feasibility(
      {
        web: guest(101, "node-1", {
          ha: { placement: "order" },
          disks: [{ storage: "two-only", size: "8GiB" }],
        }),
      },
      order({ "node-3": 100, "node-1": 50 }),
    );
    expect(findings[0]).toMatchObject({ severity: "error", obstacle: "storage" });
    expect(findings[0]?.message).toContain("so it bounces");
  });
});

describe("rules between guests", () => {
  it("leave one of three apart without a home when a node is lost", () => {
    const { findings } = feasibility(
      { a: guest(101, "node-1"), b: guest(102, "node-2"), c: guest(103, "node-3") },
      { ha: { apart: { dns: ["vm:101", "vm:102", "vm:103"] } } },
    );
    expect(findings.map(({ lost, obstacle, guest: who }) => [lost, obstacle, who])).toEqual([
      ["node-1", "rule", "vm:101 (a)"],
      ["node-2", "rule", "vm:102 (b)"],
      ["node-3", "rule", "vm:103 (c)"],
    ]);
    expect(findings[0]?.message).toContain("rule dns (vm:101, vm:102, vm:103 apart)");
  });

  it("move guests together, and only to where both fit", () => {
    const web = { a: guest(101, "node-1"), b: guest(102, "node-1") };
    const { losses } = feasibility(web, { ha: { together: { web: ["vm:101", "vm:102"] } } });
    expect(new Set(Object.values(losses[0]?.moves ?? {})).size).toBe(1);
    const big = {
      a: guest(101, "node-1", { memory: "40GiB" }),
      b: guest(102, "node-1", { memory: "40GiB" }),
      c: guest(103, "node-2", { memory: "20GiB" }),
      d: guest(104, "node-3", { memory: "20GiB" }),
    };
    expect(feasibility(big).losses[0]?.homeless).toEqual([]);
    const bound = feasibility(big, { ha: { together: { web: ["vm:101", "vm:102"] } } });
    expect(bound.losses[0]?.homeless).toEqual(["vm:101 (a)", "vm:102 (b)"]);
  });

  it("and a strict placement can leave no node at all", () => {
    const { findings } = feasibility(
      {
        a: guest(101, "node-1", { ha: { placement: "one" } }),
        b: guest(102, "node-1", { ha: { placement: "one" } }),
      },
      {
        ha: {
          placements: { one: { nodes: { "node-1": 1 }, strict: true } },
          apart: { dns: ["vm:101", "vm:102"] },
        },
      },
    );
    expect(findings[0]).toMatchObject({ severity: "error", obstacle: "rule" });
    expect(findings[0]?.message).toContain("leave no node for vm:102 (b)");
  });
});

describe("the maintenance of a node", () => {
  it("moves what HA can move, and stops the rest with the node", () => {
    const { ha: _ha, ...plain } = guest(102, "node-1");
    const { maintenance } = feasibility(
      {
        web: guest(101, "node-1"),
        cp: plain,
        ai: guest(103, "node-1", { ha: { placement: "bound" } }),
      },
      { ha: { placements: { bound: { nodes: { "node-1": 1 }, strict: true } } } },
    );
    expect(maintenance[0]).toEqual({
      node: "node-1",
      moves: { "vm:101": "node-2" },
      stops: ["vm:103 (ai)", "vm:102 (cp)"],
    });
  });
});

describe("every verdict", () => {
  const wantedGuest = fc.record({
    node: fc.constantFrom("node-1", "node-2", "node-3"),
    memoryGiB: fc.integer({ min: 1, max: 60 }),
    storage: fc.constantFrom("shared", "two-only", "local-lvm"),
    placement: fc.constantFrom(undefined, "pair", "drawn", "equal"),
    underHa: fc.boolean(),
  });
  const placements = {
    pair: { nodes: { "node-1": 2, "node-2": 1 }, strict: true },
    drawn: { nodes: { "node-3": 2, "node-1": 1 } },
    equal: { nodes: { "node-1": 1, "node-2": 1 }, failback: false },
  };
  const strict: Readonly<Record<string, readonly string[]>> = { pair: ["node-1", "node-2"] };
  const sees: Readonly<Record<string, readonly string[]>> = {
    shared: ["node-1", "node-2", "node-3"],
    "two-only": ["node-1", "node-2"],
  };

  it("gives each guest under HA a home that fits, or reports it", () => {
    fc.assert(
      fc.property(
        fc.array(wantedGuest, { maxLength: 12 }),
        fc.integer({ min: 0, max: 3 }),
        fc.integer({ min: 0, max: 3 }),
        (wanted, apartCount, togetherCount) => {
          const declared = Object.fromEntries(
            wanted.map(({ node, memoryGiB, storage, placement, underHa }, index) => {
              const { ha: _ha, ...plain } = guest(200 + index, node, {
                memory: `${memoryGiB}GiB`,
                disks: [{ storage, size: "8GiB" }],
              });
              const ha = placement === undefined ? {} : { placement };
              return [`g${index}`, underHa ? { ...plain, ha } : plain];
            }),
          );
          const managed = wanted.flatMap(({ underHa }, at) => (underHa ? [`vm:${200 + at}`] : []));
          const apart = managed.slice(0, apartCount);
          const together = managed.slice(-togetherCount - 1).slice(0, togetherCount);
          const { losses, findings } = feasibility(declared, {
            ha: {
              placements,
              ...(apart.length < 2 ? {} : { apart: { apart } }),
              ...(together.length < 2 ? {} : { together: { together } }),
            },
          });
          const accounted = new Set(
            losses.flatMap(({ moves, homeless, waiting }) => [
              ...Object.keys(moves),
              ...[...homeless, ...waiting].map((label) => label.split(" ")[0] ?? ""),
            ]),
          );
          const nowhere = findings.filter(
            ({ lost, message }) => lost === undefined && message.includes("leave no node"),
          );
          expect(accounted.size + nowhere.length).toBe(wanted.length);
          for (const { lost, moves, homeless } of losses) {
            expect(findings.filter((one) => one.lost === lost).map((one) => one.guest)).toEqual(
              homeless,
            );
            const load = new Map<string, number>();
            for (const [sid, home] of Object.entries(moves)) {
              const one = wanted[Number(sid.slice(3)) - 200];
              expect(home).not.toBe(lost);
              expect(sees[one?.storage ?? ""]).toContain(home);
              expect(strict[one?.placement ?? ""] ?? [home]).toContain(home);
              load.set(home, (load.get(home) ?? 0) + (one?.memoryGiB ?? 0));
              for (const peer of apart.includes(sid) ? apart : []) {
                expect(peer !== sid && moves[peer] === home).toBe(false);
              }
            }
            for (const total of load.values()) {
              expect(total).toBeLessThanOrEqual(96);
            }
          }
        },
      ),
      { numRuns: 60 },
    );
  });
});
