import { describe, expect, it } from "vitest";
import type { DrillPlan } from "../../../../automation/drill/crew.js";
import { perform } from "../../../../automation/drill/perform.js";
import { renderReport } from "../../../../automation/drill/report.js";
import { guestParts } from "../../../../dynamic-providers/membership/guests.js";
import { scriptOf } from "../../../../dynamic-providers/transport/pvesh/script.js";
import { answered } from "../../../support/said.js";
import { unreachable } from "../../../support/unreachable.js";
import {
  type Answer,
  FakeClock,
  FakeHost,
  memberParts,
  printedFacts,
} from "../../dynamic-providers/pvecm/fake-cluster.js";

const NAMES = ["frege", "russell", "wittgenstein"];
const T0 = 1_764_000_000;
const PLAN: DrillPlan = {
  drill: "crash",
  node: "russell",
  id: 2,
  lostTheMaster: false,
  hasDevice: true,
  maintenance: false,
  guests: ["vm:100"],
  keeper: "frege",
  askers: ["frege", "wittgenstein"],
  witnesses: ["frege", "wittgenstein"],
  ports: [5405, 5406],
  evacuationMs: 60_000,
};
/** The course as a sound cluster has it: seconds after the loss, and what the journal says. */
const COURSE = [
  [4, "corosync[1]: [TOTEM ] A new membership (1.4) was formed. Members left: 2"],
  [57, "python3[2]: FENCED: russell is off, seen twice, 53 s after it left the membership"],
  [121, "pve-ha-crm[3]: fencing: acknowledged - got agent lock for node 'russell'"],
  [126, "pve-ha-lrm[4]: service status vm:100 started"],
  [200, "corosync[1]: [TOTEM ] A new membership (1.5) was formed. Members joined: 2"],
] as const;
const OFF = JSON.stringify({ ok: true, power: "off", why: "twice", devices: ["amt"] });

interface World {
  readonly plan?: Partial<DrillPlan>;
  /** Events that happen; all by default. */
  readonly course?: readonly (readonly [number, string])[];
  /** What a host answers to a verb instead. */
  readonly says?: Readonly<Record<string, Answer>>;
  /** Somebody wants it to end at this second. */
  readonly interruptedAt?: number;
  /** When russell answers again, in seconds; after 200 by default. */
  readonly backAt?: number;
}

async function drill({
  plan = {},
  course = COURSE,
  says = {},
  interruptedAt,
  backAt = 200,
}: World = {}) {
  const clock = new FakeClock();
  const given = new AbortController();
  let lostAt: number | undefined;
  const secondsAfter = () => (lostAt === undefined ? -1 : (clock.now() - lostAt) / 1_000);
  const lost = () => {
    lostAt ??= clock.now();
    return `${T0}.000000000\n`;
  };
  const journal = () =>
    course
      .filter(([at]) => at <= secondsAfter())
      .map(([at, text]) => `${T0 + at}.000000 frege ${text}`)
      .join("\n");
  const inMaintenance = { on: false };
  const guests = (): string =>
    answered(scriptOf(guestParts(true)), (command) => ({
      text: command.includes("manager_status")
        ? JSON.stringify({
            manager_status: {
              node_status: { russell: inMaintenance.on ? "maintenance" : "online" },
            },
          })
        : "[]",
    })).stdout;
  const hosts = new Map(
    NAMES.map((name, at) => [
      name,
      new FakeHost(name, (verb) => {
        const own = says[`${name}: ${verb}`] ?? says[verb];
        if (own !== undefined) {
          return own;
        }
        const dead = name === "russell" && lostAt !== undefined;
        if (dead && secondsAfter() < backAt) {
          throw unreachable(name);
        }
        switch (verb) {
          case "crash the kernel":
          case "cut corosync's links":
            return lost();
          case "switch russell off":
            lost();
            return OFF;
          case "read the clock":
            return `${T0 + Math.max(0, secondsAfter())}\n`;
          case "read the journal":
            return journal();
          case "read cluster membership":
            return printedFacts(memberParts(name, at, { names: NAMES }));
          case "look for running guests":
            return guests();
          case "enable HA maintenance":
            inMaintenance.on = true;
            return "";
          case "disable HA maintenance":
            inMaintenance.on = false;
            return "";
          default:
            return "";
        }
      }),
    ]),
  );
  const hostOf = (name: string): FakeHost => {
    const host = hosts.get(name);
    if (host === undefined) {
      throw new Error(`there is no ${name}`);
    }
    return host;
  };
  const report = await perform(
    { ...PLAN, ...plan },
    {
      looks: hostOf,
      changes: hostOf,
      step: () => undefined,
      clock: {
        now: () => clock.now(),
        sleep: async (ms, signal) => {
          signal?.throwIfAborted();
          await clock.sleep(ms);
          if (interruptedAt !== undefined && secondsAfter() >= interruptedAt) {
            given.abort();
          }
          signal?.throwIfAborted();
        },
      },
      signal: given.signal,
    },
  );
  return { report, hostOf };
}

const restoring = "restore after the drill of russell";

describe("a drill that loses a node", () => {
  it("records first, tells the course beside Proxmox's floor, and restores", async () => {
    const { report, hostOf } = await drill();
    expect(report).toMatchObject({
      floorS: 123,
      at: new Date(T0 * 1_000).toISOString(),
      times: {
        absentS: 4,
        offConfirmedS: 57,
        lockS: 121,
        guestsUpS: { "vm:100": 126 },
        memberAgainS: 200,
      },
      problems: [],
      interrupted: false,
    });
    expect(hostOf("frege").asked[0]).toBe("record the drill of russell");
    expect(hostOf("frege").asked).toContain(restoring);
    const text = renderReport(report);
    expect(text).toMatch(/off confirmed +57\.0 s\n/);
    expect(text).toMatch(/vm:100 started +126\.0 s +\(Proxmox's own floor is about 123 s\)/);
    expect(text).toMatch(/its watchdog ran out +no trace in its journal/);
    expect(text).toMatch(/Restored\n(.*\n)*.*russell is a sound member/);
    expect(text).not.toContain("Not as it should be");
  });

  it("waits for its guests also when the node is a member again before they have started", async () => {
    const course = [
      ...COURSE.filter(([at]) => at < 122),
      [122, "corosync[1]: [TOTEM ] A new membership (1.5) was formed. Members joined: 2"],
      [141, "pve-ha-lrm[4]: service status vm:100 started"],
    ] as const;
    const { report } = await drill({ course, backAt: 122 });
    expect(report).toMatchObject({
      times: { memberAgainS: 122, guestsUpS: { "vm:100": 141 } },
      problems: [],
    });
  });

  it("of the HA master has the longer floor, and tells the new master", async () => {
    const { report } = await drill({
      plan: { lostTheMaster: true },
      course: [...COURSE, [118, "pve-ha-crm[3]: status change slave => master"]],
    });
    expect(report).toMatchObject({ floorS: 181, times: { newMasterS: 118 } });
    expect(renderReport(report)).toMatch(/another HA master +118\.0 s/);
  });

  it.each([
    [
      "nobody confirmed it off",
      COURSE.filter(([, text]) => !text.includes("FENCED")),
      /no fencer confirmed russell off/,
    ],
    [
      "off came after the lock",
      COURSE.map(([at, text]) => [text.includes("FENCED") ? 122 : at, text] as const),
      /confirmed off only after HA had taken its lock/,
    ],
    [
      "its guest did not start",
      COURSE.filter(([, text]) => !text.includes("vm:100")),
      /vm:100 was not seen to start again/,
    ],
    [
      "the node did not leave",
      [],
      /did not leave the membership within 60 s, so the drill had no effect/,
    ],
  ] as const)("has not proved it when %s", async (_what, course, words) => {
    const { report, hostOf } = await drill({ course });
    expect(report.problems.join("\n")).toMatch(words);
    expect(hostOf("frege").asked).toContain(restoring);
  });

  it("without a device expects no fencer to confirm anything", async () => {
    const course = COURSE.filter(([, text]) => !text.includes("FENCED"));
    const { report } = await drill({ plan: { drill: "isolate", hasDevice: false }, course });
    expect(report.problems).toEqual([]);
  });

  it("says what is not restored", async () => {
    const { report } = await drill({ backAt: Number.POSITIVE_INFINITY });
    expect(report.problems.join("\n")).toMatch(
      /russell is a sound member of the cluster: NOT DONE.*russell does not answer/,
    );
  });

  it("says that the keeper could not restore, and who does", async () => {
    const { report } = await drill({ says: { [restoring]: { status: 1, stdout: "" } } });
    expect(report.problems.join("\n")).toMatch(/NOT DONE.*Its timer there tries again 30 min/);
  });
});

describe("a drill that is interrupted", () => {
  it("restores, waits for nothing else, and judges nothing", async () => {
    const { report, hostOf } = await drill({ interruptedAt: 30, backAt: 60 });
    expect(report).toMatchObject({ interrupted: true, problems: [] });
    expect(report.times.lockS).toBeUndefined();
    expect(hostOf("frege").asked).toContain(restoring);
    expect(renderReport(report)).toMatch(/^Drill: crash of russell, INTERRUPTED/);
  });

  it("switches a crashed node off first that nobody had confirmed off, and only such a one", async () => {
    const scripts = async (at: number) =>
      (await drill({ interruptedAt: at, backAt: 70 })).hostOf("frege").scripts.join("\n");
    expect(await scripts(30)).toMatch(/main\.py off russell --yes \|\| true; \} && .*main\.py on/);
    // The record's own script, for half an hour later, has it in any case.
    expect((await scripts(66)).match(/until \{ /g)).toHaveLength(1);
  });

  it("takes the filter away from an isolated node at once", async () => {
    const { hostOf } = await drill({
      plan: { drill: "isolate" },
      interruptedAt: 10,
      backAt: 0,
    });
    expect(hostOf("russell").asked).toContain("end the isolation");
  });
});

describe("a drill that cannot begin", () => {
  it("changes nothing where another one is recorded", async () => {
    const says = { "record the drill of russell": { status: 75, stdout: "" } };
    await expect(drill({ says })).rejects.toMatchObject({
      kind: "refused",
      message: expect.stringContaining("another drill is recorded"),
    });
  });

  it("says why the fault was not caused, and restores", async () => {
    const says = { "cut corosync's links": { status: 1, stdout: "nft is not there" } };
    const { report, hostOf } = await drill({ plan: { drill: "isolate" }, says });
    expect(report.at).toBeUndefined();
    expect(report.problems.join()).toMatch(/cut corosync's links.*nft is not there/);
    expect(renderReport(report)).toContain("it was not begun");
    expect(hostOf("frege").asked).toContain(restoring);
  });
});

describe("the drill off", () => {
  it("empties the node first, and measures nothing but off", async () => {
    const { report, hostOf } = await drill({
      plan: { drill: "off", maintenance: true },
      backAt: 30,
    });
    expect(report).toMatchObject({
      floorS: undefined,
      guests: [],
      times: { offConfirmedS: 0 },
      problems: [],
    });
    expect(report.restored.join("\n")).toMatch(
      /switched on and out of HA maintenance.*HA counts on russell again/s,
    );
    expect(hostOf("russell").asked[0]).toBe("enable HA maintenance");
    expect(hostOf("frege").scripts.join("\n")).toMatch(
      /main\.py off russell --yes --while-member --json/,
    );
  });

  it("asks HA for nothing where nothing of HA runs on the node", async () => {
    const { report, hostOf } = await drill({ plan: { drill: "off" }, backAt: 30 });
    expect(report.problems).toEqual([]);
    expect(hostOf("russell").asked.join()).not.toContain("maintenance");
  });

  it("tries the next member where the keeper's fencer does not see it off", async () => {
    const not = JSON.stringify({ ok: false, power: "unknown", why: "timeout", devices: ["amt"] });
    const { report, hostOf } = await drill({
      plan: { drill: "off", maintenance: true },
      says: { "frege: switch russell off": not },
      backAt: 30,
    });
    expect(report.problems).toEqual([]);
    expect(hostOf("wittgenstein").asked).toContain("switch russell off");
  });

  it("that nobody can carry out brings the node back and says what each member heard", async () => {
    const refused = JSON.stringify({ refused: "frege is at it (off)", known: true });
    const { report } = await drill({
      plan: { drill: "off", maintenance: true },
      says: { "switch russell off": refused },
    });
    expect(report.problems.join("\n")).toMatch(
      /frege refused: frege is at it \(off\); wittgenstein refused/,
    );
    expect(report.restored.join("\n")).toContain("HA counts on russell again");
  });
});
