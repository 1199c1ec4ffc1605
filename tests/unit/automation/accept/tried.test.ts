import { describe, expect, it } from "vitest";
import { judgeDrill } from "../../../../automation/accept/tried/judge.js";
import { judgeLinks } from "../../../../automation/accept/tried/link.js";
import { cutLink } from "../../../../automation/accept/tried/link-cut.js";
import { unrestOf } from "../../../../automation/accept/tried/rest.js";
import { victimOf } from "../../../../automation/accept/tried/victim.js";
import type { NodeDrillReport } from "../../../../automation/drill/outcome.js";
import { NOTHING_SEEN } from "../../../../automation/drill/report.js";
import { Failure } from "../../../../config/failure/failure.js";
import {
  FakeClock,
  FakeHost,
  memberParts,
  printedFacts,
} from "../../dynamic-providers/pvecm/fake-cluster.js";
import { HA, planOf, sightOf } from "../fence/sights.js";

const LOSS: NodeDrillReport = {
  status: 0,
  drill: "cut",
  node: "russell",
  lostTheMaster: false,
  times: {
    ...NOTHING_SEEN,
    absentS: 6.9,
    offConfirmedS: 7.8,
    lockS: 127,
    guestsUpS: { "vm:100": 132.8 },
    memberAgainS: 140,
  },
  guests: ["vm:100"],
  changed: [],
  restored: [],
  interrupted: false,
  floorS: 123,
  at: undefined,
  problems: [],
};

describe("the loss of a node", () => {
  it("passes by its figures", () => {
    const { verdict, figures } = judgeDrill(LOSS);
    expect(verdict).toBe("passed");
    expect(figures).toContainEqual({
      what: "vm:100 started",
      value: "132.8 s",
      limit: "at most 183.0 s",
    });
  });

  it("fails for a guest that was up too late, and for a power device that was too slow", () => {
    const times = { ...LOSS.times, offConfirmedS: 115, guestsUpS: { "vm:100": 190 } };
    expect(judgeDrill({ ...LOSS, times })).toMatchObject({
      verdict: "failed",
      why: [
        "off confirmed: 115.0 s, and at most 110.0 s are allowed",
        "vm:100 started: 190.0 s, and at most 183.0 s are allowed",
      ],
    });
    // Where the master was lost as well, Proxmox itself takes a minute longer.
    const master = { ...LOSS, lostTheMaster: true };
    expect(judgeDrill({ ...master, times: { ...times, offConfirmedS: 7 } }).verdict).toBe("passed");
  });

  it("fails for what the drill itself complains of, as a guest that never started", () => {
    const problems = ["vm:100 was not seen to start again"];
    expect(judgeDrill({ ...LOSS, status: 1, problems })).toMatchObject({
      verdict: "failed",
      why: problems,
    });
  });

  it("that was interrupted proves nothing, either way", () => {
    expect(judgeDrill({ ...LOSS, status: 130, interrupted: true }).verdict).toBe("not tried");
  });
});

describe("what is open", () => {
  const found = (severity: "error" | "unknown" | "warning") => ({
    severity,
    node: "frege",
    at: "TCP 4444",
    found: `nobody expects it (${severity})`,
    fix: "close it",
  });
  const drill = (...findings: readonly ReturnType<typeof found>[]) =>
    judgeDrill({ status: 0, drill: "security", nodes: ["frege"], unreachable: [], findings });

  it("fails by each error and by what nobody knows, and not by warnings", () => {
    expect(drill().verdict).toBe("passed");
    expect(drill(found("warning")).verdict).toBe("passed");
    expect(drill(found("error"), found("unknown"), found("warning"))).toMatchObject({
      verdict: "failed",
      why: [
        "frege, TCP 4444: nobody expects it (error)",
        "frege, TCP 4444: nobody expects it (unknown)",
      ],
    });
  });
});

describe("whom a drill takes", () => {
  const plan = planOf();
  const on = (...lines: readonly string[]) => sightOf({ ha: ["quorum OK", ...lines] });

  it("is a node with something to recover, and rather not the HA master", () => {
    expect(victimOf(plan, sightOf(), "cut")).toBe("frege");
    const alone = on("master russell (active, now)", "service vm:100 (russell, started)");
    expect(victimOf(plan, alone, "cut")).toBe("russell");
  });

  it("is nobody where HA has nothing to recover, but for a drill that loses nothing", () => {
    const idle = on("master frege (active, now)", "service vm:100 (frege, stopped)");
    expect(victimOf(plan, idle, "isolate")).toBeUndefined();
    expect(victimOf(plan, idle, "off")).toBe("russell");
  });

  it("has a power device, but for an isolation", () => {
    const names = plan.nodes.map(({ name }) => name);
    const without = { nodes: plan.nodes, fencing: { ...plan.fencing, watchdogOnly: names } };
    expect(victimOf(without, sightOf(), "cut")).toBeUndefined();
    expect(victimOf(without, sightOf(), "isolate")).toBe("frege");
  });
});

describe("a cluster", () => {
  it("is not at rest while HA moves a guest, or a fencer holds back", () => {
    const moving = sightOf({ ha: [...HA, "service vm:102 (frege, migrate)"] });
    expect(unrestOf(moving, true).join()).toContain("HA is about vm:102 on frege (migrate)");
    expect(unrestOf(sightOf({ daemon: { restS: 20 } }), true)).toContain(
      "not every fencer watches at rest",
    );
    expect(unrestOf(sightOf({ quorate: false }), true)).toContain(
      "no node that answers has quorum",
    );
  });
});

const NAMES = ["frege", "russell", "wittgenstein"];
const LINK_1_DOWN = `Local node ID 2, transport knet
nodeid: 1 reachable
   LINK: 0 udp (10.203.3.12->10.203.3.11) enabled connected mtu: 1397
   LINK: 1 udp (169.254.1.12->169.254.1.11) enabled disconnected mtu: 1397
`;

/** One link of russell is cut; what the hosts were told, and what they had said. */
async function cut(given: {
  readonly isFelt?: boolean;
  readonly fails?: boolean;
  readonly isLost?: boolean;
}) {
  const { isFelt = true, fails = false, isLost = false } = given;
  const clock = new FakeClock();
  const state = { isCut: false };
  const told: string[] = [];
  const host = (name: string) =>
    new FakeHost(name, (verb) => {
      told.push(`${name}: ${verb}`);
      if (verb.startsWith("cut corosync's link")) {
        if (fails) {
          throw new Failure("failed", {
            tried: "to cut",
            where: name,
            cameBack: "no nft",
            doNext: "",
          });
        }
        state.isCut = true;
      }
      if (verb === "end the isolation") {
        state.isCut = false;
      }
      if (verb === "read cluster membership") {
        const parts = memberParts(name, NAMES.indexOf(name), {
          names: NAMES,
          quorate: !(isLost && state.isCut),
        });
        return printedFacts(state.isCut && isFelt ? { ...parts, links: LINK_1_DOWN } : parts);
      }
      return "";
    });
  const hosts = new Map(NAMES.map((name) => [name, host(name)]));
  const hostOf = (name: string): FakeHost => {
    const found = hosts.get(name);
    if (found === undefined) {
      throw new Error(`there is no ${name}`);
    }
    return found;
  };
  const course = await cutLink(
    {
      node: "russell",
      keeper: "frege",
      link: { number: 1, network: "ring", udpPort: 5406 },
      evacuationMs: 60_000,
    },
    {
      looks: hostOf,
      changes: hostOf,
      step: () => undefined,
      clock,
      signal: new AbortController().signal,
    },
  );
  return { course, told, verdict: judgeLinks([course]) };
}

describe("a link of corosync", () => {
  it("that is cut and comes back is borne, with the record written before and the cut taken away", async () => {
    const { told, verdict } = await cut({});
    expect(verdict).toMatchObject({ verdict: "passed", why: [] });
    expect(verdict.figures.map(({ what }) => what)).toEqual([
      "link 1 (ring) of russell seen down",
      "link 1 (ring) of russell seen whole again",
    ]);
    const changed = told.filter((line) => !line.endsWith("read cluster membership"));
    expect(changed).toEqual([
      "frege: record the drill of russell",
      "russell: cut corosync's link 1",
      "russell: end the isolation",
      "frege: restore after the drill of russell",
    ]);
  });

  it("of whose loss nobody tells is a failure: nothing was proved", async () => {
    const { verdict } = await cut({ isFelt: false });
    expect(verdict).toMatchObject({
      verdict: "failed",
      why: ["link 1 (ring) of russell: it was not seen down"],
    });
  });

  it("whose loss costs quorum is a failure, and comes back all the same", async () => {
    const { verdict, told } = await cut({ isLost: true });
    expect(verdict.verdict).toBe("failed");
    expect(verdict.why.join()).toContain("quorum was lost");
    expect(told).toContain("russell: end the isolation");
  });

  it("that could not be cut is restored, and says why", async () => {
    const { verdict, told } = await cut({ fails: true });
    expect(verdict.verdict).toBe("failed");
    expect(verdict.why.join()).toContain("no nft");
    expect(told).toContain("frege: restore after the drill of russell");
  });
});
