import { describe, expect, it } from "vitest";
import { planHa } from "../../../../config/plan/ha.js";
import { ringCluster, specOf } from "./stacks.js";

const VALID = {
  placements: {
    first: { "node-1": 100, "node-2": 50 },
    anywhere: { "node-1": 10, "node-2": 10, "node-3": 10 },
    bound: { nodes: { "node-3": 100 }, strict: true, failback: false, comment: "licence" },
  },
  resources: {
    "vm:110": { placement: "first" },
    "vm:109": { placement: "anywhere" },
    "ct:200": { placement: "bound" },
  },
  apart: { pair: ["vm:110", "ct:200"] },
};

describe("placements", () => {
  it("are groups and nothing else on Proxmox VE 8", () => {
    const plan = planHa(ringCluster(3, { proxmox: { major: 8 }, ha: VALID }));
    expect(plan.rules).toEqual([]);
    expect(plan.groups.map((group) => group.name)).toEqual(["anywhere", "bound", "first"]);
    expect(plan.groups[1]).toEqual({
      name: "bound",
      nodes: { "node-3": 100 },
      restricted: true,
      noFailback: true,
      comment: "licence",
    });
    expect(plan.resources.map((one) => [one.sid, one.group, one.failback])).toEqual([
      ["vm:109", "anywhere", undefined],
      ["vm:110", "first", undefined],
      ["ct:200", "bound", undefined],
    ]);
  });

  it("are rules on 9, and failback belongs to the resource", () => {
    const plan = planHa(ringCluster(3, { ha: VALID }));
    expect(plan.groups).toEqual([]);
    expect(plan.rules.map((rule) => [rule.name, rule.type])).toEqual([
      ["bound", "node-affinity"],
      ["first", "node-affinity"],
      ["pair", "resource-affinity"],
    ]);
    expect(plan.resources.map((one) => [one.sid, one.failback])).toEqual([
      ["vm:109", true],
      ["vm:110", true],
      ["ct:200", false],
    ]);
  });

  it("of all nodes with equal numbers bind nobody and become no rule", () => {
    const plan = planHa(ringCluster(3, { ha: VALID }));
    expect(plan.rules.map((rule) => rule.name)).not.toContain("anywhere");
  });

  it("without a guest wait on 9", () => {
    const guests = {};
    expect(planHa(specOf("frege", { guests }))).toMatchObject({
      rules: [],
      waiting: ["ms01-cluster"],
    });
    expect(planHa(specOf("frege", { guests, proxmox: { major: 8 } })).groups).toHaveLength(1);
  });

  it("mark guests that this file makes itself", () => {
    const [resource] = planHa(specOf("homelab")).resources;
    expect(resource).toMatchObject({ sid: "vm:120", declared: true, failback: true });
  });
});
