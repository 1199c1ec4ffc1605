import { describe, expect, it } from "vitest";
import { judgePart } from "../../../../automation/engine/part/judge-part.js";
import type { PartRequest } from "../../../../automation/engine/part/part-request.js";
import type { Planned } from "../../../../automation/engine/part/planned.js";
import { type Changes, NODES, neverApplied, plannedWith } from "./planned-cluster.js";

const names = (some: readonly Planned[]): string[] => some.map(({ name }) => name).sort();

function judged(changes: Changes, request: Partial<PartRequest>) {
  const verdict = judgePart(plannedWith(changes), { phases: [], nodes: [], ...request });
  return verdict.kind === "refused"
    ? verdict.why
    : {
        asked: names(verdict.asked),
        needed: names(verdict.needed),
        gates: names(verdict.gates),
        left: names(verdict.left),
      };
}

function lastPhaseOf(changes: Changes, request: Partial<PartRequest>): string {
  const verdict = judgePart(plannedWith(changes), { phases: [], nodes: [], ...request });
  return verdict.kind === "part" ? verdict.lastPhase : verdict.why;
}

function targetsOf(changes: Changes, request: Partial<PartRequest>): string[] {
  const verdict = judgePart(plannedWith(changes), { phases: [], nodes: [], ...request });
  return verdict.kind === "part"
    ? verdict.targets.map((urn) => urn.split("::").at(-1) ?? urn).sort()
    : [];
}

/** The same change of all interfaces, which is all that the gates behind them see of it. */
const BRIDGE_EVERYWHERE: Changes = {
  ...Object.fromEntries(NODES.map((node) => [`${node}-interfaces`, "update"])),
  "management-gate": ["update", "carriedBy"],
  "ring-paths": ["update", "carriedBy"],
};

describe("a part", () => {
  it("is one phase of one node with the gates that prove it, and tells what is left out", () => {
    expect(judged(BRIDGE_EVERYWHERE, { phases: ["network"], nodes: ["frege"] })).toEqual({
      asked: ["frege-interfaces"],
      needed: [],
      gates: ["management-gate", "ring-paths"],
      left: ["russell-interfaces", "wittgenstein-interfaces"],
    });
  });

  it("touches that and what every run looks at first, and nothing else", () => {
    expect(targetsOf(BRIDGE_EVERYWHERE, { phases: ["network"], nodes: ["frege"] })).toEqual([
      "frege-interfaces",
      "management-gate",
      "nodes",
      "ring-paths",
    ]);
  });

  it("takes what it waits for with it, and not what only others wait for", () => {
    const changes: Changes = {
      "frege-packages": "update",
      "russell-packages": "update",
      "frege-interfaces": "update",
      "clocks-gate": "same",
    };
    expect(judged(changes, { phases: ["network"], nodes: ["frege"] })).toEqual({
      asked: ["frege-interfaces"],
      needed: ["frege-packages"],
      gates: [],
      left: ["russell-packages"],
    });
  });

  it("leaves gates of later phases to the whole run while they prove more than the part", () => {
    const changes: Changes = {
      "frege-packages": "update",
      "fencing-frege": "update",
      "fencing-proof": ["update", "agent"],
    };
    expect(judged(changes, { phases: ["hosts"] })).toEqual({
      asked: ["frege-packages"],
      needed: [],
      gates: [],
      left: ["fencing-frege", "fencing-proof"],
    });
  });

  it("looks first at what every run looks at, which is no work that is left out", () => {
    const changes: Changes = { nodes: "update", "frege-packages": "update" };
    expect(judged(changes, { phases: ["hosts"] })).toMatchObject({ left: [] });
    expect(targetsOf(changes, { phases: ["hosts"] })).toEqual(["frege-packages", "nodes"]);
  });

  it("is nothing where all of it is as wanted", () => {
    expect(judged({ "russell-packages": "update" }, { phases: ["network"] })).toEqual({
      asked: [],
      needed: [],
      gates: [],
      left: ["russell-packages"],
    });
  });

  it("is everything of a node where no phase is named", () => {
    const changes: Changes = { "frege-packages": "update", "frege-interfaces": "update" };
    expect(judged(changes, { nodes: ["frege"] })).toMatchObject({
      asked: ["frege-interfaces", "frege-packages"],
      left: [],
    });
  });
});

describe("a build-up by phases", () => {
  const nothingYet = ["hosts", "network", "cluster", "storage", "ha", "fencing"];

  it("begins with the first one", () => {
    const verdict = judged(neverApplied(nothingYet), { phases: ["hosts"] });
    expect(verdict).toMatchObject({
      asked: NODES.flatMap((node) => [`${node}-packages`, `${node}-settings`]).sort(),
      gates: [],
    });
  });

  it("goes on with the next one, whole with its gates, and founds the cluster", () => {
    expect(judged(neverApplied(nothingYet.slice(1)), { phases: ["network"] })).toMatchObject({
      needed: [],
      left: expect.arrayContaining(["ms01-founded"]),
    });
    expect(judged(neverApplied(nothingYet.slice(2)), { phases: ["cluster"] })).toMatchObject({
      asked: expect.arrayContaining(["ms01-founded", "ms01-russell", "ms01-wittgenstein"]),
    });
  });

  it.each([
    [nothingYet, "network", /stands on hosts of frege, and nothing of that was ever applied/],
    [nothingYet.slice(2), "storage", /stands on cluster, and nothing of that was ever applied/],
    [nothingYet.slice(4), "ha", /under HA, and fencing, which the stack file has, was never/],
  ] as const)("refuses a phase whose ground is missing (%j, %s)", (missing, phase, sentence) => {
    expect(judged(neverApplied(missing), { phases: [phase] })).toMatch(sentence);
  });

  it("declares nothing behind a phase while the way to the API is still to be made", () => {
    expect(lastPhaseOf(neverApplied(nothingYet), { phases: ["hosts"] })).toBe("hosts");
    const onHosts = neverApplied(nothingYet.slice(1));
    expect(lastPhaseOf(onHosts, { phases: ["network"] })).toBe("network");
    const onNetworks = neverApplied(nothingYet.slice(2));
    expect(lastPhaseOf(onNetworks, { phases: ["cluster"] })).toBe("backup");
    expect(lastPhaseOf(BRIDGE_EVERYWHERE, { phases: ["network"] })).toBe("backup");
  });

  it("puts guests under HA together with fencing", () => {
    expect(judged(neverApplied(["ha", "fencing"]), { phases: ["ha", "fencing"] })).toMatchObject({
      left: [],
    });
  });
});

describe("a part that would leave something half protected is refused", () => {
  it.each([
    [
      "a network that is proved together with nodes that stay as they are",
      { ...BRIDGE_EVERYWHERE, "management-gate": ["update", "carriedBy", "hosts"] },
      { phases: ["network"], nodes: ["frege"] },
      /^management-gate proves network of frege together with russell-interfaces, wittgenstein-interfaces, .* network of russell and wittgenstein into the part too\.$/,
    ],
    [
      "one end of a ring",
      { "ring-frege": "update", "ring-russell": "update" },
      { phases: ["network"], nodes: ["frege"] },
      /ring-frege would change without ring-russell: a ring with one end changed .* name russell too/,
    ],
    [
      "one fencer of several",
      { "fencing-frege": "update", "fencing-russell": "update" },
      { phases: ["fencing"], nodes: ["russell"] },
      /fencing-russell would change without fencing-frege: the fencers of the others count on it/,
    ],
    [
      "a join on the way",
      { "ms01-wittgenstein": "create", "nfs-definition": "update" },
      { phases: ["storage"] },
      /Before this part stands a change of the members \(ms01-wittgenstein\)/,
    ],
    [
      "a join of one node by itself",
      { "ms01-wittgenstein": "create" },
      { nodes: ["wittgenstein"] },
      /ms01-wittgenstein changes who is a member, .* never done for wittgenstein alone/,
    ],
    [
      "a join while HA looks after guests",
      { "ms01-wittgenstein": "create" },
      { phases: ["cluster"] },
      /while HA looks after guests, which could come to a node that nobody fences yet/,
    ],
    [
      "another part while a node is to leave",
      { "ms01-without-godel": "create", "frege-packages": "update" },
      { phases: ["hosts"] },
      /^ms01-without-godel waits: a node leaves the cluster, .* Run the whole `up`\.$/,
    ],
    [
      "a node's share of what belongs to all",
      { "nfs-definition": "update" },
      { phases: ["storage"], nodes: ["frege"] },
      /The phase storage has nothing of frege alone/,
    ],
  ] as const)("%s", (_what, changes, request, sentence) => {
    expect(judged(changes, request)).toMatch(sentence);
  });

  it("and both ends of it are done together", () => {
    const changes: Changes = { "ring-frege": "update", "ring-russell": "update" };
    expect(judged(changes, { phases: ["network"], nodes: ["frege", "russell"] })).toMatchObject({
      asked: ["ring-frege", "ring-russell"],
      left: [],
    });
  });
});
