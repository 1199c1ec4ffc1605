import { describe, expect, it } from "vitest";
import { type NodeWish, nodeEditOf } from "../../../../automation/node/wish.js";
import { specOf } from "../../config/plan/stacks.js";

const NOW = Date.parse("2026-06-01T10:00:00Z");
const WISH: NodeWish = {
  verb: "remove",
  node: "russell",
  address: undefined,
  hardware: undefined,
  like: undefined,
  id: undefined,
  set: [],
  for: "7d",
  off: false,
  seenOff: false,
};
const meant = (changes: Partial<NodeWish>) =>
  nodeEditOf("frege", specOf("frege"), { ...WISH, ...changes }, NOW);
const hilbert = (changes: Partial<NodeWish> = {}) =>
  meant({ verb: "add", node: "hilbert", address: "10.203.3.14", like: "frege", ...changes });

describe("what is typed of a node", () => {
  it("is a machine that leaves, with a consent that ends", () => {
    expect(meant({})).toEqual({
      verb: "remove",
      node: "russell",
      until: "2026-06-08",
      machine: "as it is",
    });
    expect(meant({ verb: "replace", off: true, for: "1d" })).toMatchObject({
      verb: "replace",
      until: "2026-06-02",
      machine: "may be switched off",
    });
    expect(meant({ seenOff: true })).toMatchObject({ machine: "was seen off" });
  });

  it("is a node with the next id and the hardware of the one that it is like", () => {
    expect(hilbert()).toEqual({
      verb: "add",
      node: "hilbert",
      id: 4,
      like: "frege",
      fields: new Map([
        ["address", "10.203.3.14"],
        ["hardware", "ms-01"],
      ]),
    });
    const own = hilbert({ hardware: "gtr7", id: "9", set: ["fence.amt.login.user=admin=x"] });
    expect(own).toMatchObject({ id: 9 });
    expect(own.verb === "add" && [...own.fields]).toEqual([
      ["address", "10.203.3.14"],
      ["hardware", "gtr7"],
      ["fence.amt.login.user", "admin=x"],
    ]);
  });

  it.each([
    ["no verb of it", { verb: "drop" }, /Write add, replace or remove/],
    ["an unknown node", { node: "boole" }, /Its nodes are frege, russell, wittgenstein; a new one/],
    ["a field for one that leaves", { set: ["votes=2"] }, /--set is for a node that is added/],
    ["two words about the machine", { off: true, seenOff: true }, /not both/],
    ["a consent without an end", { for: "99d" }, /a month at most/],
    ["a time that is none", { for: "soon" }, /soon is no time/],
  ])("is refused when it is %s", (_name, changes, text) => {
    expect(() => meant(changes)).toThrow(text);
  });

  it.each([
    ["there already", { node: "frege" }, /replace frege/],
    ["without an address", { address: undefined }, /--address ADDRESS --like frege/],
    ["of no hardware", { like: undefined }, /its hardware or a node that it is like/],
    ["like nobody", { like: "boole" }, /Write one of frege, russell, wittgenstein/],
    ["of an id that is none", { id: "x" }, /a number from 1 to 254/],
    ["given a field without a value", { set: ["votes"] }, /which field gets which value/],
    ["given two lines", { set: ["votes=1\nid: 3"] }, /which field gets which value/],
    ["to be switched off", { off: true }, /leaves no machine behind/],
  ])("is refused for a new one that is %s", (_name, changes, text) => {
    expect(() => hilbert(changes)).toThrow(text);
  });
});
