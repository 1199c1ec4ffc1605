import { describe, expect, it } from "vitest";
import { mostTogether, spreadOver } from "../../../../config/plan/ceph-monitors.js";

const rack = (name: string) => ({ rack: name });
const at = (datacenter: string, name: string) => ({ datacenter, rack: name });

describe("monitors as far apart as the labels tell", () => {
  it.each([
    ["the first nodes without labels", 3, [{}, {}, {}, {}], [1, 2, 3], 0],
    [
      "in as many racks as there are",
      3,
      [rack("a"), rack("a"), rack("b"), rack("c")],
      [1, 3, 4],
      1,
    ],
    [
      "in both datacenters, and there in different racks",
      3,
      [at("x", "a"), at("x", "a"), at("x", "b"), at("y", "c")],
      [1, 3, 4],
      2,
    ],
    [
      "five of them in three racks",
      5,
      [rack("a"), rack("a"), rack("a"), rack("b"), rack("b"), rack("c"), rack("c")],
      [1, 2, 4, 5, 6],
      2,
    ],
    ["no more than there are nodes", 3, [rack("a")], [1], 1],
  ])("are %s", (_what, count, places, expected, together) => {
    const nodes = new Map(places.map((place, index) => [`node-${index + 1}`, place]));
    const chosen = spreadOver([...nodes.keys()], count, nodes);
    expect(chosen).toEqual(expected.map((number) => `node-${number}`));
    expect(mostTogether(chosen, nodes).count).toBe(together);
  });
});
