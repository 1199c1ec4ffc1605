import { describe, expect, it } from "vitest";
import { renderStanding, standingView } from "../../../../automation/fence/standing-view.js";
import { type Picture, sightOf } from "./sights.js";

const viewOf = (picture: Picture = {}) => standingView(sightOf(picture));
const textOf = (picture: Picture = {}) => renderStanding(viewOf(picture), "frege");

describe("how the fencers stand", () => {
  it("is sound when each watches, each pair is sure and nothing is open", () => {
    expect(viewOf()).toMatchObject({ sound: true, master: "russell", cases: [], drills: [] });
    const text = textOf();
    expect(text).toMatch(/^ms01: every fencer watches; HA master russell\n/);
    expect(text).toMatch(/frege -> russell +amt 10\.203\.3\.22 +power on +seen 10 min ago/);
  });

  it.each<[string, Picture, RegExp]>([
    ["one is paused", { daemon: { paused: true } }, /frege +active +PAUSED by a person/],
    ["HA is disarmed", { daemon: { disarm: "disarmed" } }, /stands down: HA is disarmed/],
    ["quorum is new", { daemon: { graceS: 42 } }, /acts on nobody for 42 s more/],
    ["one was just fenced", { daemon: { restS: 80 } }, /for 80 s more, because a node was/],
    [
      "a node is absent",
      { daemon: { holds: ["russell is absent for 9 s: fenced after 50 s"] } },
      /russell is absent for 9 s: fenced after 50 s/,
    ],
    ["a pair broke", { broken: "russell" }, /NOT SURE: nothing answers there/],
    [
      "nobody answers",
      { silent: ["frege", "russell", "wittgenstein"] },
      /no node answered, so how the fencers stand is not known/,
    ],
    ["nobody has quorum", { quorate: false }, /no node that answers has quorum, so no fencer acts/],
  ])("is told, and not sound, when %s", (_what, picture, words) => {
    expect(textOf(picture)).toMatch(words);
    expect(viewOf(picture).sound).toBe(false);
  });

  it("is not sound where a fencer has not looked for half a minute, or says nothing", () => {
    const sight = sightOf();
    const stale = sight.standings.map((one) =>
      one.node === "frege" ? { node: "frege", daemon: null } : one,
    );
    const mute = sight.standings.filter(({ node }) => node !== "frege");
    for (const [standings, words] of [
      [stale, /frege +active +it does not run, or has not looked/],
      [mute, /frege +active +how it stands could not be read/],
    ] as const) {
      const view = standingView({ ...sight, standings });
      expect(view.sound).toBe(false);
      expect(renderStanding(view, "frege")).toMatch(words);
    }
  });

  it.each([
    ["off", "frege", /frege is switching it off/],
    ["off", "", /nobody could switch it off yet; the next member tries/],
    ["failed", "frege", /NOT FENCED: .* pull its plug, then `fence confirm-off russell`/],
    ["confirmed", "frege", /it is off, seen twice/],
    ["powering-on", "frege", /frege is switching it on/],
    ["on", "frege", /not a member again yet/],
    ["left-off", "frege", /it stays off until `fence on russell`/],
  ])("tells a case that stands at %s, held by '%s', once", (step, holder, words) => {
    const view = viewOf({ daemon: { cases: [{ node: "russell", step, holder }] } });
    expect(view.cases).toHaveLength(1);
    expect(view.sound).toBe(false);
    expect(renderStanding(view, "frege")).toMatch(words);
  });

  it("tells a drill that was cut, and how it is restored", () => {
    const drill = {
      version: 1,
      switchOn: true,
      idleS: 90,
      drill: "off",
      node: "russell",
      maintenance: true,
      since: 1,
      keeper: "frege",
    } as const;
    expect(viewOf({ drills: [drill] }).sound).toBe(false);
    expect(textOf({ drills: [drill] })).toMatch(
      /off of russell, recorded on frege +was not restored.*drill frege verify/,
    );
    expect(textOf({ drills: [{ ...drill, idleS: 15 }] })).toMatch(/on frege +is under way/);
  });
});
