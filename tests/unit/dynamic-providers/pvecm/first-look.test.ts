import { describe, expect, it } from "vitest";
import { parseMembershipFacts } from "../../../../dynamic-providers/membership/facts.js";
import { firstLook, type SeenHost } from "../../../../dynamic-providers/pvecm/first-look.js";
import {
  freshParts,
  type MemberPicture,
  memberParts,
  printedFacts,
  unmountedParts,
} from "./fake-cluster.js";

const NAMES = ["frege", "russell", "wittgenstein"];
const wish = {
  cluster: "ms01",
  adopt: false,
  members: NAMES.map((node, at) => ({ node, id: at + 1, votes: 1, replaces: false })),
  links: {
    addresses: Object.fromEntries(NAMES.map((node, at) => [node, { 0: `10.203.3.${11 + at}` }])),
    priorities: { 0: 10 },
    prioritiesNamed: false,
    totem: {},
  },
};
const member = (at: number, picture: Partial<MemberPicture> = {}): SeenHost => ({
  node: NAMES[at] ?? "",
  facts: parseMembershipFacts(
    printedFacts(memberParts(NAMES[at] ?? "", at, { names: NAMES, ...picture })),
  ),
});
const fresh = (at: number): SeenHost => ({
  node: NAMES[at] ?? "",
  facts: parseMembershipFacts(printedFacts(freshParts(NAMES[at] ?? "", at))),
});
const standing = [member(0), member(1), member(2)];

describe("a first look at hosts", () => {
  it("has nothing to say about fresh ones", () => {
    expect(firstLook(wish, [fresh(0), fresh(1), fresh(2)])).toEqual({ says: [] });
  });

  it("says that a cluster is taken over as it is", () => {
    const { says, against } = firstLook(wish, standing);
    expect(against).toBeUndefined();
    expect(says.join()).toMatch(/ms01 stands already.*taken over, and corosync stays as it is/);
  });

  it("says who did not answer, and goes on", () => {
    const { says } = firstLook(wish, [fresh(0), { node: "russell", silent: "no route" }]);
    expect(says.join()).toMatch(/Whether russell is in a cluster already is not known/);
  });

  it("takes no host for a fresh one whose /etc/pve is not mounted", () => {
    const parts = unmountedParts("russell", 1, { names: NAMES });
    const stopped = { node: "russell", facts: parseMembershipFacts(printedFacts(parts)) };
    expect(firstLook(wish, [fresh(0), stopped]).says).toEqual([
      "Whether russell is in a cluster already is not known: /etc/pve is not mounted (pve-cluster is inactive), and corosync has the configuration of ms01.",
    ]);
  });

  it("refuses members of another cluster with both ways out", () => {
    const { against } = firstLook(wish, [fresh(0), member(1, { cluster: "lab" })]);
    expect(against?.message).toMatch(/russell is in the cluster lab/);
    expect(against?.message).toMatch(/write `name: lab`; otherwise .* install russell anew/);
  });

  it("refuses two clusters of one name", () => {
    const { against } = firstLook(wish, [
      member(0, { names: ["frege"] }),
      member(1, { names: ["russell"] }),
    ]);
    expect(against?.message).toMatch(/frege and russell are in two clusters, both called ms01/);
  });

  it("refuses other addresses unless the stack says adopt", () => {
    const elsewhere = {
      ...wish,
      links: {
        ...wish.links,
        addresses: { ...wish.links.addresses, russell: { 0: "10.9.9.9", 1: "10.8.8.8" } },
      },
    };
    const { against } = firstLook(elsewhere, standing);
    expect(against?.message).toMatch(/link 0 of russell: 10.203.3.12 -> 10.9.9.9/);
    expect(against?.message).toMatch(/link 1 of russell: absent -> 10.8.8.8/);
    expect(firstLook({ ...elsewhere, adopt: true }, standing).against).toBeUndefined();
  });

  it("refuses ids that the file would move", () => {
    const members = wish.members.map((one, at) => ({ ...one, id: 3 - at }));
    const { against } = firstLook({ ...wish, members }, standing);
    expect(against?.message).toMatch(/frege has the id 1, and the file gives it 3/);
    expect(against?.message).toMatch(/`id: 1` under `nodes.frege`/);
  });

  it("refuses a member that the file does not have", () => {
    const { russell: _out, ...addresses } = wish.links.addresses;
    const without = { ...wish, links: { ...wish.links, addresses } };
    expect(firstLook(without, standing).against?.message).toMatch(/russell is a member/);
  });

  it("refuses to replace a member by itself", () => {
    const members = wish.members.map((one) => ({ ...one, replaces: one.node === "russell" }));
    expect(firstLook({ ...wish, members }, [member(1)]).against?.message).toMatch(
      /russell is the member that it was, not a fresh installation/,
    );
    expect(firstLook({ ...wish, members }, [fresh(1)])).toEqual({ says: [] });
  });
});
