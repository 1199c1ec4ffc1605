import { describe, expect, it } from "vitest";
import {
  considerAsking,
  considerOff,
  considerOn,
  considerWord,
} from "../../../../automation/fence/consider.js";
import type { NodeLook } from "../../../../automation/fence/sight.js";
import { type Picture, planOf, sightOf } from "./sights.js";

const GONE: NodeLook = {
  guests: { kind: "defined", guests: ["vm:100", "vm:300"] },
  ceph: { kind: "not-asked" },
};
const WORKS: NodeLook = {
  guests: {
    kind: "running",
    managed: ["vm:100"],
    unmanaged: [],
    inMaintenance: false,
    isCountedOn: true,
  },
  ceph: { kind: "told", against: [] },
};
const off = (picture: Picture, seen: NodeLook = GONE, whileMember = false, node = "russell") =>
  considerOff(planOf(picture.stack), sightOf(picture), node, seen, { whileMember });

describe("switching a node off by hand", () => {
  it("is allowed for a silent node, and says what becomes of its guests", () => {
    const { objections, remarks } = off({ away: ["russell"] });
    expect(objections).toEqual([]);
    const text = remarks.join("\n");
    expect(text).toContain("russell is no member at the moment and does not answer from here");
    expect(text).toContain("russell is the HA master");
    expect(text).toContain("after about 181 s instead of 123 s");
    expect(text).toContain("HA starts vm:100 elsewhere, when the lock of russell has expired");
    expect(text).not.toContain("vm:101");
    expect(text).toContain("vm:300 is not under HA: nobody starts it elsewhere");
  });

  it("says that a node outside the membership still answers", () => {
    expect(off({ away: ["russell"], silent: [] }).remarks[0]).toContain("still answers over ssh");
  });

  it("says which guests have no other home", () => {
    const { remarks } = considerOff(
      {
        ...planOf(),
        feasibility: {
          ...planOf().feasibility,
          losses: [{ lost: "russell", moves: {}, homeless: ["vm:100"], waiting: [] }],
        },
      },
      sightOf({ away: ["russell"] }),
      "russell",
      GONE,
      { whileMember: false },
    );
    expect(remarks).toContain("vm:100 cannot run anywhere else and stays down");
  });

  it("is refused for a member at work, with the orderly way", () => {
    expect(off({}, WORKS).objections).toEqual([
      expect.stringMatching(/node-maintenance enable russell.*poweroff.*--while-member/s),
    ]);
  });

  it("is allowed for a member at work where that is said, and everybody can spare it", () => {
    expect(off({}, WORKS, true).objections).toEqual([]);
  });

  it.each<[string, Picture, NodeLook, RegExp]>([
    [
      "the others would lose quorum",
      { away: ["frege"] },
      WORKS,
      /without russell 1 of 3 votes would be left, and quorum takes 2: every node .* reset itself/,
    ],
    [
      "Ceph says no",
      {},
      { ...WORKS, ceph: { kind: "told", against: ["2 of 6 OSDs are down"] } },
      /2 of 6 OSDs are down/,
    ],
    [
      "Ceph could not be asked",
      {},
      { ...WORKS, ceph: { kind: "unknown", why: "timed out" } },
      /whether Ceph can spare it is not known: timed out/,
    ],
  ])("is refused for a member at work when %s", (_what, picture, seen, words) => {
    expect(off(picture, seen, true).objections.join("\n")).toMatch(words);
  });

  it.each<[string, Picture, string, RegExp]>([
    ["nobody has quorum", { quorate: false }, "russell", /no node that answers has quorum/],
    [
      "a fencer is at it",
      {
        away: ["russell"],
        daemon: { cases: [{ node: "russell", step: "off", holder: "frege" }] },
      },
      "russell",
      /frege is switching russell off now: wait half a minute/,
    ],
    [
      "a fencer is at another one",
      { daemon: { cases: [{ node: "frege", step: "powering-on", holder: "wittgenstein" }] } },
      "russell",
      /wittgenstein is switching frege on now/,
    ],
    [
      "it has no device",
      { stack: "homelab", away: ["pve-aimax-01"] },
      "pve-aimax-01",
      /has no power device: only its own watchdog stops it/,
    ],
    [
      "no node has one",
      { stack: "gtr7", away: ["pve1"] },
      "pve1",
      /no fencers belong to this cluster/,
    ],
    [
      "no other member answers",
      { away: ["russell"], silent: ["frege", "russell", "wittgenstein"] },
      "russell",
      /no other member answers whose fencer could be asked/,
    ],
  ])("is refused when %s", (_what, picture, node, words) => {
    expect(off(picture, GONE, false, node).objections.join("\n")).toMatch(words);
  });

  it("is not kept from a node that the fencers could not switch off", () => {
    const cases = [{ node: "russell", step: "failed", holder: "frege" }];
    expect(off({ away: ["russell"], daemon: { cases } }).objections).toEqual([]);
  });

  it("takes silence of HA and of guests for no answer", () => {
    const seen: NodeLook = { ...GONE, guests: { kind: "unknown", why: "no answer" } };
    const late = ["frege did not tell within 5 s"];
    const text = off({ away: ["russell"], ha: late }, seen).remarks.join("\n");
    expect(text).toContain("what HA has on it is not known");
    expect(text).toContain("which guests it has beside those is not known: no answer");
  });
});

describe("switching a node on by hand", () => {
  const powerOn = [{ node: "russell", lastHour: 1, perHour: 1, lastDay: 1, perDay: 3 }];

  it("says what the fencers have given up", () => {
    const { objections, remarks } = considerOn(
      planOf(),
      sightOf({ away: ["russell"], daemon: { powerOn } }),
      "russell",
    );
    expect(objections).toEqual([]);
    expect(remarks[0]).toMatch(/switched it on 1 time within the last day and have given up/);
  });

  it("is refused without quorum", () => {
    const sight = sightOf({ quorate: false });
    expect(considerOn(planOf(), sight, "russell").objections.join()).toMatch(/quorum/);
  });
});

describe("a person's word that a node is off", () => {
  it("means what is said before it is given", () => {
    const { objections, remarks } = considerWord(sightOf({ away: ["russell"] }), "russell");
    expect(objections).toEqual([]);
    expect(remarks.join("\n")).toMatch(
      /stop trying to switch russell off.*HA does not ask.*seen-off\.russell/s,
    );
  });

  it("is not taken for a member at work, nor without quorum", () => {
    expect(considerWord(sightOf(), "russell").objections).toEqual([
      "russell is a member at work, so it is not off",
    ]);
    expect(considerWord(sightOf({ quorate: false }), "russell").objections[0]).toMatch(/quorum/);
  });

  it("contradicts a node that answers", () => {
    const sight = sightOf({ away: ["russell"], silent: [] });
    expect(considerWord(sight, "russell").remarks[0]).toContain("answers over ssh");
  });

  it("may be given of a node without a device, where there are fencers to be told", () => {
    const sight = sightOf({ stack: "homelab", away: ["pve-aimax-01"] });
    expect(considerAsking(planOf("homelab"), sight, "pve-aimax-01").objections).toEqual([]);
    const none = sightOf({ stack: "gtr7", away: ["pve1"] });
    expect(considerAsking(planOf("gtr7"), none, "pve1").objections).toHaveLength(1);
  });
});
