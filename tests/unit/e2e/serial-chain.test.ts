import { describe, expect, it } from "vitest";
import { linksOf, longestChain, shownChain } from "../../e2e/support/serial-chain.js";

const urn = (name: string) => `urn:pulumi:trio::proxmox-ha::pulumi-nodejs:dynamic:Of::${name}`;
const state = (order: Readonly<Record<string, readonly string[]>>) =>
  JSON.stringify({
    deployment: {
      resources: Object.entries(order).map(([name, after]) => ({
        urn: urn(name),
        custom: true,
        dependencies: after.map(urn),
      })),
    },
  });

describe("the longest serial chain of a first run", () => {
  it("is what waits for each other and takes longest, not what has most links", () => {
    const order = { a: [], b: ["a"], c: ["b"], slow: ["a"], last: ["c", "slow"] };
    const said = [
      "  create     a (of/A)",
      ...["a in 2.0", "b in 1.0", "c in 0.2", "slow in 9.5", "last in 3.0"].map(
        (one) => `  done       ${one} s`,
      ),
      "up trio: 5 created, 0 unchanged, 15 s.",
    ].join("\n");
    const chain = longestChain(linksOf(said, state(order)));
    expect(shownChain(chain)).toBe(
      "longest serial chain 14.5 s of 15.7 s of work: a 2.0 > slow 9.5 > last 3.0",
    );
  });

  it("goes through what a component waits for to all that stands in it", () => {
    const deployment = {
      resources: [
        { urn: urn("packages"), custom: true },
        { urn: urn("cluster"), dependencies: [urn("packages")] },
        { urn: urn("founded"), custom: true, parent: urn("cluster") },
      ],
    };
    const said = "  done       packages in 9.0 s\n  done       founded in 3.0 s";
    const chain = longestChain(linksOf(said, JSON.stringify({ deployment })));
    expect(shownChain(chain)).toBe(
      "longest serial chain 12.0 s of 12.0 s of work: packages 9.0 > founded 3.0",
    );
  });

  it("counts what was not said as no time, and ends where a state goes round in circles", () => {
    const chain = longestChain(linksOf("  done       a in 1.0 s", state({ a: ["b"], b: ["a"] })));
    expect(chain.seconds).toBe(1);
    expect(longestChain([])).toEqual({ seconds: 0, links: [], work: 0 });
  });
});
