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
    expect(findings[0]?.message).toMatch(/node-1 has .* and is given 200 GiB/);
  });
});

describe("every verdict", () => {
  it("gives each guest under HA a home that fits, or reports it", () => {
    const guests = fc.array(
      fc.record({
        node: fc.constantFrom("node-1", "node-2", "node-3"),
        memoryGiB: fc.integer({ min: 1, max: 60 }),
        storage: fc.constantFrom("shared", "two-only", "local-lvm"),
        strict: fc.boolean(),
      }),
      { maxLength: 12 },
    );
    fc.assert(
      fc.property(guests, (wanted) => {
        const declared = Object.fromEntries(
          wanted.map(({ node, memoryGiB, storage, strict }, index) => [
            `g${index}`,
            guest(200 + index, node, {
              memory: `${memoryGiB}GiB`,
              disks: [{ storage, size: "8GiB" }],
              ha: strict ? { placement: "pair" } : {},
            }),
          ]),
        );
        const { losses, findings } = feasibility(declared, {
          ha: { placements: { pair: { nodes: { "node-1": 2, "node-2": 1 }, strict: true } } },
        });
        for (const loss of losses) {
          const affected = Object.entries(declared).filter(([, one]) => one.node === loss.lost);
          const reported = findings.filter((finding) => finding.lost === loss.lost);
          expect(Object.keys(loss.moves).length + reported.length).toBe(affected.length);
          expect(Object.values(loss.moves)).not.toContain(loss.lost);
        }
      }),
      { numRuns: 40 },
    );
  });
});
