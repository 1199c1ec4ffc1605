import { describe, expect, it } from "vitest";
import { choose } from "../../../../automation/accept/choose.js";
import { type Judged, judged, notTested } from "../../../../automation/accept/judged.js";
import { renderAcceptance, renderSuite } from "../../../../automation/accept/report.js";
import { carryOutSuite } from "../../../../automation/accept/suite.js";
import type { AcceptanceTest, Scene } from "../../../../automation/accept/test.js";
import { bySignal } from "../../../../automation/engine/stops.js";
import { Failure } from "../../../../config/failure/failure.js";
import { sights } from "../report/sights.js";
import { sceneOf } from "./scene.js";

const well = sights.well();
const good: Judged = judged([{ what: "votes", value: "3", limit: "all 3" }], []);

function oneTest(name: string, given: Partial<AcceptanceTest> = {}): AcceptanceTest {
  return {
    name,
    title: `about ${name}`,
    precondition: "nodes answer",
    action: "look",
    measure: "votes",
    threshold: "all",
    wayBack: "nothing is changed",
    isDestructive: false,
    without: () => undefined,
    perform: async () => good,
    ...given,
  };
}
const chosen = (...tests: readonly AcceptanceTest[]) =>
  tests.map((test) => ({ test, otherwise: undefined }));
const suite = (tests: readonly AcceptanceTest[], scene: Scene = sceneOf(well)) =>
  carryOutSuite(chosen(...tests), scene);
const failing = (kind: "refused" | "failed") => async () => {
  throw new Failure(kind, { tried: "to look", where: "frege", cameBack: "no", doNext: "" });
};

describe("a door that is open", () => {
  const taking = oneTest("restart", { isDestructive: true });
  const failed = { perform: async (): Promise<Judged> => judged([], ["open"]) };
  const verdictAfter = async (name: string) =>
    (await suite([oneTest(name, failed), taking])).tests.map(({ verdict }) => verdict);

  it("keeps nothing from being tried, and any other fault does", async () => {
    expect(await verdictAfter("security")).toEqual(["failed", "passed"]);
    expect(await verdictAfter("links")).toEqual(["failed", "not tried"]);
  });
});

describe("the choice", () => {
  it("begins nothing that takes something away without its flag", () => {
    const verdictOf = (destructive: boolean) =>
      choose(well, { only: [], destructive })
        .filter(({ test }) => test.isDestructive)
        .map(({ otherwise }) => otherwise?.verdict);
    expect(verdictOf(false).length).toBeGreaterThanOrEqual(4);
    expect(new Set(verdictOf(false))).toEqual(new Set(["not asked"]));
    expect(new Set(verdictOf(true))).toEqual(new Set([undefined]));
  });

  it("begins those that are named, and needs the flag for them all the same", () => {
    const begun = choose(well, { only: ["links", "failover"], destructive: false }).flatMap(
      ({ test, otherwise }) => (otherwise === undefined ? [test.name] : []),
    );
    expect(begun).toEqual(["links"]);
  });

  it("refuses a name that there is not, and names those that there are", () => {
    expect(() => choose(well, { only: ["linkcut"], destructive: false })).toThrow(/link-cut/);
  });

  it("is told with what each does and how it is taken back", () => {
    const text = renderSuite(choose(well, { only: [], destructive: false }));
    expect(text).toMatch(/^failover: /m);
    expect(text).toMatch(/way back +the drill's own/);
    expect(text).toContain("`--destructive` begins it");
  });

  it("has a precondition, action, measure, threshold and way back for each test that it can begin", () => {
    for (const { test, otherwise } of choose(well, { only: [], destructive: true })) {
      const { precondition, action, measure, threshold, wayBack } = test;
      if (otherwise?.verdict !== "not tested" && otherwise?.verdict !== "does not apply") {
        expect([precondition, action, measure, threshold, wayBack]).not.toContain("");
      }
    }
  });
});

describe("the suite", () => {
  it("is accepted when all that was asked for passed", async () => {
    const report = await suite([oneTest("members")]);
    expect(report).toMatchObject({ status: 0, tests: [{ name: "members", verdict: "passed" }] });
    expect(renderAcceptance(report, "ms01")).toMatch(
      /^ms01: accepted as far as it was tested; 1 passed\n\npassed +members: about members .*\n {2}votes: 3 {2}\(all 3\)/,
    );
  });

  it("fails for a test that failed, and takes nothing from such a cluster", async () => {
    let isBegun = false;
    const cut = oneTest("cut", {
      isDestructive: true,
      perform: async () => {
        isBegun = true;
        return good;
      },
    });
    const broken = oneTest("links", { perform: async () => judged([], ["link 1 is down"]) });
    const report = await suite([broken, cut]);
    expect([report.status, isBegun]).toEqual([1, false]);
    expect(report.tests[1]).toMatchObject({
      verdict: "not tried",
      why: ["nothing is taken from a cluster that failed links"],
    });
    expect(renderAcceptance(report, "ms01")).toMatch(/^ms01: NOT ACCEPTED; 1 FAILED, 1 NOT TRIED/);
  });

  it("tells a refusal from a fault, and goes on behind both", async () => {
    const report = await suite([
      oneTest("refused", { perform: failing("refused") }),
      oneTest("broken", { perform: failing("failed") }),
      oneTest("after"),
    ]);
    expect(report.tests.map(({ verdict }) => verdict)).toEqual(["not tried", "failed", "passed"]);
    expect(report.status).toBe(1);
  });

  it("begins nothing more when somebody has stopped it", async () => {
    const given = new AbortController();
    const scene = sceneOf(well);
    const stopped = oneTest("first", {
      perform: async ({ orderer }) => {
        orderer.stops({ say: () => undefined, waitingFor: () => [] });
        given.abort();
        return good;
      },
    });
    const orderer = { ...scene.orderer, stops: bySignal(given.signal) };
    const report = await suite([stopped, oneTest("second")], { ...scene, orderer });
    expect([report.status, report.tests[1]?.verdict]).toEqual([130, "not tried"]);
  });

  it("counts what is not tested neither for nor against the cluster", async () => {
    const report = await carryOutSuite(
      [{ test: oneTest("gpus"), otherwise: notTested("nothing applies `gpus`") }],
      sceneOf(well),
    );
    expect(report.status).toBe(0);
    expect(renderAcceptance(report, "ms01")).toContain("1 not tested");
  });

  it("lets a fault of the program through", async () => {
    const wrong = oneTest("wrong", {
      perform: async () => {
        throw new TypeError("undefined is not a function");
      },
    });
    await expect(suite([wrong])).rejects.toThrow(TypeError);
  });
});
