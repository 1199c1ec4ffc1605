import { describe, expect, it } from "vitest";
import { planCluster } from "../../../../config/plan/cluster.js";
import { clusterSchema } from "../../../../config/schema/cluster.js";
import { ringCluster, STACKS, sectionOf } from "./stacks.js";

/** The engine hands a section over with the keys of every mapping sorted. */
function sorted(value: unknown): unknown {
  if (Array.isArray(value)) {
    return value.map(sorted);
  }
  return typeof value === "object" && value !== null
    ? Object.fromEntries(
        Object.entries(value)
          .map(([key, one]): [string, unknown] => [key, sorted(one)])
          .sort(([a], [b]) => (a < b ? -1 : 1)),
      )
    : value;
}

const node = (id: number, installation = 1) => ({
  id,
  installation,
  address: `10.0.0.${id + 10}`,
  hardware: "ms-01" as const,
});
const names = (nodes: Record<string, ReturnType<typeof node>>): string[] =>
  planCluster(ringCluster(1, { nodes })).nodes.map(({ name }) => name);

describe("the order of nodes", () => {
  it("is that of their ids, however they are called and wherever they stand", () => {
    expect(names({ b: node(3), a: node(7), c: node(1) })).toEqual(["c", "b", "a"]);
    expect(names({ "303": node(1), "101": node(2), "202": node(3) })).toEqual([
      "303",
      "101",
      "202",
    ]);
  });

  it("lets no machine found the cluster that took the place of another one", () => {
    expect(names({ a: node(1, 2), b: node(2), c: node(3) })).toEqual(["b", "a", "c"]);
    expect(names({ a: node(1), b: node(2, 2), c: node(3) })).toEqual(["a", "b", "c"]);
    expect(names({ a: node(1, 2), b: node(2, 2) })).toEqual(["a", "b"]);
  });

  it("moves no cable of a ring when another node founds the cluster", () => {
    const nodes = { a: node(1), b: node(2), c: node(3), d: node(4) };
    const before = planCluster(ringCluster(1, { nodes })).rings;
    const after = planCluster(ringCluster(1, { nodes: { ...nodes, a: node(1, 2) } })).rings;
    expect(after).toEqual(before);
  });
});

describe.each(STACKS)("the plan of %s", (stack) => {
  it("is the same in the engine's order of keys as in that of the file", () => {
    const section = sectionOf(stack);
    expect(planCluster(clusterSchema.parse(sorted(section)))).toEqual(
      planCluster(clusterSchema.parse(section)),
    );
  });
});
