import { describe, expect, it } from "vitest";
import { parseFencerAnswer } from "../../../../dynamic-providers/fencer/ask.js";
import { type ControllerSays, heard } from "../../../../dynamic-providers/pvecm/controller.js";
import { judgeOldMachine } from "../../../../dynamic-providers/pvecm/old-machine.js";
import { seeOff } from "../../../../dynamic-providers/pvecm/see-off.js";
import { type Answer, FakeClock, FakeHost } from "./fake-cluster.js";

const UUID = "4c4c4544-0042-4a10-8051-b4c04f4d3301";
const OTHER = "4c4c4544-0042-4a10-8051-b4c04f4d3302";
const controller = (kind: ControllerSays["kind"], why = "so it is"): ControllerSays => ({
  kind,
  by: "frege",
  devices: kind === "none" ? [] : ["10.203.3.22 port 16993 (amt)"],
  why,
  machine: UUID,
});
const none = { switchOff: false, seenOff: false };
const judge = (
  says: ControllerSays["kind"],
  more: { answers?: boolean; successor?: string; off?: boolean; seen?: boolean } = {},
) =>
  judgeOldMachine(
    {
      node: "russell",
      answers: more.answers ?? false,
      controller: controller(says),
      ...(more.successor === undefined ? {} : { successor: more.successor }),
    },
    { ...none, switchOff: more.off ?? false, seenOff: more.seen ?? false },
    "2026-12-01",
  );

describe("the machine of a node that leaves", () => {
  it.each([
    ["off", {}, "off"],
    ["off", { answers: true }, "refuse"],
    ["on", {}, "refuse"],
    ["on", { answers: true }, "refuse"],
    ["on", { off: true }, "switch-off"],
    // A kernel that still answers pings is no reason to leave a dead machine on.
    ["on", { off: true, answers: true }, "switch-off"],
    // What a person has seen is no answer to a controller that says On.
    ["on", { seen: true }, "refuse"],
    ["on", { successor: OTHER }, "refuse"],
    ["on", { successor: UUID }, "off"],
    ["on", { successor: UUID, off: true }, "off"],
    ["on", { successor: UUID, answers: true }, "refuse"],
    ["silent", {}, "refuse"],
    ["silent", { off: true }, "refuse"],
    ["silent", { seen: true }, "off"],
    ["silent", { seen: true, answers: true }, "refuse"],
    ["silent", { successor: UUID }, "off"],
    ["silent", { successor: OTHER }, "refuse"],
    ["none", {}, "off"],
    ["none", { answers: true }, "refuse"],
    ["none", { off: true, answers: true }, "refuse"],
  ] as const)("whose controller says %s, with %j: %s", (says, more, verdict) => {
    expect(judge(says, more).kind).toBe(verdict);
  });

  it("is told with who asked, through what, what came back, and what to write", () => {
    expect(judge("on")).toMatchObject({
      why: "russell is still running; it must be off, and stay off; frege asked the controller of russell at 10.203.3.22 port 16993 (amt), which says On (so it is)",
      doNext: expect.stringMatching(
        /fence <stack> off russell.*consent: \{"off\.russell": <last day, as 2026-12-01>\}/,
      ),
    });
    expect(judge("silent")).toMatchObject({
      why: expect.stringMatching(
        /^whether russell is off is not known: frege asked .* \(so it is\)$/,
      ),
      doNext: expect.stringContaining('{"seen-off.russell": <last day, as 2026-12-01>}'),
    });
    expect(judge("silent", { seen: true })).toMatchObject({
      known: expect.stringContaining("a person has seen it off"),
    });
    expect(judge("none")).toMatchObject({
      known: expect.stringContaining("from its addresses alone, none of which answers"),
    });
  });
});

const said = (value: object) => JSON.stringify({ version: 1, node: "russell", ...value });
const asked = { devices: ["10.203.3.22 port 16993 (amt)"], machine: UUID };

describe("what a fencer says of a device", () => {
  it.each([
    [said({ ok: true, power: "off", why: "", ...asked }), "off", "off"],
    [said({ ok: false, power: "on", why: "level 1: on", ...asked }), "on", "on"],
    [said({ ok: false, power: "unknown", why: "timeout", ...asked }), "silent", "silent"],
    [said({ ok: false, power: "unknown", why: "none", devices: [] }), "none", "none"],
    [said({ refused: "it is a member", known: true }), "silent", "silent"],
    [said({ refused: "there is no node russell", known: false }), "none", "silent"],
    ["no fencer\n", "none", "silent"],
    // An exit status alone is no proof, and neither is half an answer.
    ["", "silent", "silent"],
    ['{"ok": true}', "silent", "silent"],
    ["Traceback (most recent call last):", "silent", "silent"],
  ] as const)("%j is %s, and %s where the file declares one", (answer, plain, declared) => {
    expect(heard("frege", parseFencerAnswer(answer), false).kind).toBe(plain);
    expect(heard("frege", parseFencerAnswer(answer), true).kind).toBe(declared);
  });
});

describe("seeing a machine off", () => {
  const FAR = "2999-12-31";
  const looking = "see whether the leaving node is off";
  const asking = "ask the controller of russell";
  const switching = "switch russell off";

  async function run(
    answers: (host: string) => Record<string, Answer>,
    consent: Record<string, string> = {},
    member = false,
  ) {
    const lines: string[] = [];
    const host = (name: string): FakeHost =>
      new FakeHost(
        name,
        (verb) => answers(name)[verb] ?? (verb === looking ? { status: 1, stdout: "" } : ""),
      );
    const [frege, quine] = [host("frege"), host("quine")];
    const objection = await seeOff(
      { node: "russell", declared: true, consent },
      { member, addresses: ["10.203.3.12"] },
      [frege, quine],
      { clock: new FakeClock(), say: (line) => lines.push(line) },
    );
    return { objection, lines, frege, quine };
  }
  const on = said({ ok: false, power: "on", why: "level 1: on", ...asked });
  const off = said({ ok: true, power: "off", why: "level 1 says Off, twice", ...asked });
  const silent = said({ ok: false, power: "unknown", why: "level 1: timeout", ...asked });

  it("asks nobody about a member at work, whatever is consented to", async () => {
    const { objection, frege } = await run(() => ({}), { "off.russell": FAR }, true);
    expect(objection?.why).toMatch(/still running; it must be off/);
    expect(frege.asked).toEqual([]);
  });

  it("believes Off and has it stay off", async () => {
    const { objection, lines, frege } = await run(() => ({ [asking]: off }));
    expect(objection).toBeUndefined();
    expect(lines.join()).toContain("which says Off (level 1 says Off, twice)");
    expect(frege.scripts[0]).toMatch(/main\.py confirm-off russell --stays --json/);
  });

  it("refuses On, and switches nothing without a consent that still holds", async () => {
    for (const consent of [{}, { "off.russell": "1969-12-31" }, { "off.quine": FAR }]) {
      const { objection, frege, quine } = await run(() => ({ [asking]: on }), consent);
      expect(objection?.why).toContain("which says On");
      expect([...frege.asked, ...quine.asked]).not.toContain(switching);
    }
  });

  it("switches off by consent, through the one who heard On, and looks again", async () => {
    const { objection, lines, frege, quine } = await run(
      (host) => ({ [asking]: host === "frege" ? silent : on, [switching]: off }),
      { "off.russell": FAR },
    );
    expect(objection).toBeUndefined();
    expect(frege.asked).not.toContain(switching);
    expect(quine.asked).toEqual([asking, switching]);
    expect(quine.scripts[1]).toMatch(/main\.py off russell --yes --json/);
    expect(lines.join()).toContain("it is switched off, by the consent off.russell");
  });

  it("refuses what was switched off and still says On", async () => {
    const { objection } = await run(() => ({ [asking]: on, [switching]: on }), {
      "off.russell": FAR,
    });
    expect(objection).toMatchObject({ doNext: expect.stringContaining("Pull its plug") });
  });

  it("takes a person's word for a controller that nobody can reach", async () => {
    const silence = () => ({ [asking]: silent });
    expect((await run(silence)).objection?.doNext).toContain("seen-off.russell");
    expect((await run(silence, { "seen-off.russell": FAR })).objection).toBeUndefined();
  });
});
