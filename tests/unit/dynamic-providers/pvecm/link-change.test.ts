import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { CorosyncConf } from "../../../../dynamic-providers/membership/corosync-conf.js";
import { linkNumbers } from "../../../../dynamic-providers/membership/corosync-conf.js";
import {
  applyLinkStep,
  planLinks,
  type WantedLinks,
} from "../../../../dynamic-providers/pvecm/link-change.js";

const NODES = ["frege", "russell", "wittgenstein"];

function conf(links: Record<number, number>, priorities: Record<number, number>): CorosyncConf {
  return {
    clusterName: "ms01",
    configVersion: 7,
    nodes: NODES.map((name, at) => ({
      name,
      nodeid: at + 1,
      votes: 1,
      links: addresses(links, at),
    })),
    linkPriorities: priorities,
    totem: { secauth: "on" },
    quorum: { values: {}, sections: [] },
    logging: { values: {}, sections: [] },
  };
}

/** Link number to subnet; the host part is the node's position. */
function addresses(links: Record<number, number>, at: number): Record<number, string> {
  return Object.fromEntries(
    Object.entries(links).map(([link, net]) => [Number(link), `10.0.${net}.${at + 1}`]),
  );
}

function wanted(links: Record<number, number>, priorities: Record<number, number>): WantedLinks {
  return {
    addresses: Object.fromEntries(NODES.map((name, at) => [name, addresses(links, at)])),
    priorities,
    prioritiesNamed: true,
    totem: {},
  };
}

describe("changing the links of a live cluster", () => {
  it("does nothing when everything is as wanted", () => {
    expect(planLinks(conf({ 0: 1 }, { 0: 20 }), wanted({ 0: 1 }, { 0: 20 }))).toEqual({
      kind: "same",
    });
  });

  it("takes a moved link away and brings it back while the other carries the cluster", () => {
    const plan = planLinks(
      conf({ 0: 1, 1: 2 }, { 0: 20, 1: 10 }),
      wanted({ 0: 1, 1: 9 }, { 0: 20, 1: 10 }),
    );
    expect(plan).toMatchObject({
      kind: "steps",
      steps: [
        { kind: "remove-link", link: 1 },
        { kind: "add-link", link: 1 },
      ],
    });
  });

  it("leaves numbers alone that make the wanted order, unless the file names its own", () => {
    const byHand = conf({ 0: 1, 1: 2 }, {});
    const order = { ...wanted({ 0: 1, 1: 2 }, { 0: 20, 1: 10 }), prioritiesNamed: false };
    expect(planLinks(byHand, order)).toEqual({ kind: "same" });
    expect(planLinks(byHand, { ...order, prioritiesNamed: true })).toMatchObject({
      steps: [{ kind: "set-priorities", priorities: { 0: 20, 1: 10 } }],
    });
    expect(planLinks(conf({ 0: 1, 1: 2 }, { 1: 5 }), order)).toMatchObject({
      steps: [{ kind: "set-priorities" }],
    });
  });

  it("adds a last link to one formed by hand without touching the number of the first", () => {
    const order = { ...wanted({ 0: 1, 1: 2 }, { 0: 20, 1: 10 }), prioritiesNamed: false };
    const byHand = conf({ 0: 1 }, {});
    expect(planLinks(byHand, order)).toEqual({
      kind: "steps",
      steps: [{ kind: "add-link", link: 1 }],
    });
    const next = applyLinkStep(byHand, { kind: "add-link", link: 1 }, order);
    expect(next.linkPriorities).toEqual({ 1: 0 });
    expect(planLinks(next, order)).toEqual({ kind: "same" });
  });

  it("refuses to move the only link", () => {
    const plan = planLinks(conf({ 0: 1 }, {}), wanted({ 0: 2 }, {}));
    expect(plan).toMatchObject({ kind: "refuse", why: expect.stringContaining("at once") });
  });

  it("adds the new link before the only old one moves", () => {
    const plan = planLinks(conf({ 0: 1 }, {}), wanted({ 0: 2, 1: 3 }, {}));
    expect(plan).toMatchObject({
      steps: [
        { kind: "add-link", link: 1 },
        { kind: "remove-link", link: 0 },
        { kind: "add-link", link: 0 },
      ],
    });
  });

  it("refuses while a member is missing from the stack file", () => {
    const { wittgenstein: _gone, ...rest } = wanted({ 0: 1 }, {}).addresses;
    const plan = planLinks(conf({ 0: 1 }, {}), {
      ...wanted({ 0: 1 }, {}),
      addresses: rest,
    });
    expect(plan).toMatchObject({ kind: "refuse", why: expect.stringContaining("wittgenstein") });
  });

  it("reaches the wish, one version a step, and always keeps a link that did not change", () => {
    const links = fc.dictionary(
      fc.constantFrom("0", "1", "2", "3"),
      fc.integer({ min: 1, max: 4 }),
      { minKeys: 1 },
    );
    fc.assert(
      fc.property(links, links, fc.integer({ min: 0, max: 255 }), (from, to, priority) => {
        const start = conf(from, { [Number(Object.keys(from)[0])]: 5 });
        const goal = wanted(to, { [Number(Object.keys(to)[0])]: priority });
        const plan = planLinks(start, goal);
        if (plan.kind !== "steps") {
          return;
        }
        let now = start;
        for (const step of plan.steps) {
          const next = applyLinkStep(now, step, goal);
          expect(next.configVersion).toBe(now.configVersion + 1);
          expect(linkNumbers(next).length).toBeGreaterThan(0);
          const carried = linkNumbers(now).some((link) =>
            next.nodes.every(
              (node, at) =>
                node.links[link] !== undefined && node.links[link] === now.nodes[at]?.links[link],
            ),
          );
          expect(carried).toBe(true);
          now = next;
        }
        expect(planLinks(now, goal)).toEqual({ kind: "same" });
      }),
    );
  });
});
