import { describe, expect, it } from "vitest";
import { planCluster } from "../../../config/plan/index.js";
import { inventoryOf } from "../../bench/ansible-project.js";
import { goalsOf } from "../../bench/goals.js";
import { readPage, readRuns } from "../../bench/keep-run.js";
import { type MeasuredRun, median } from "../../bench/measured.js";
import { renderPage } from "../../bench/page.js";
import { specOf } from "../config/plan/stacks.js";
import { GOOD_RUN } from "./a-run.js";

const notMet = (run: MeasuredRun) => goalsOf(run).flatMap(({ met, what }) => (met ? [] : what));

describe("the goals of the benchmark", () => {
  it("are met at their limits", () => {
    expect(notMet(GOOD_RUN)).toEqual([]);
  });

  it("are each missed by a run that is worse in that alone", () => {
    const { idle, state, rounds } = GOOD_RUN;
    const ours = (worse: Partial<MeasuredRun["rounds"][number]["ours"]>) => ({
      ...GOOD_RUN,
      rounds: rounds.map((round) => ({ ...round, ours: { ...round.ours, ...worse } })),
    });
    expect(notMet(ours({ firstUp: 61 }))).toEqual(["first up, of its longest serial chain"]);
    expect(notMet(ours({ joins: 30 }))).toEqual(["that chain, of founding and joins alone"]);
    expect(notMet(ours({ executions: 101 }))).toEqual(["fewer executions than the playbook"]);
    expect(notMet(ours({ secondExecutions: 1 }))).toEqual(["executions of such an `up`"]);
    expect(notMet({ ...GOOD_RUN, idle: { ...idle, up: [3.1, 3.1, 2] } })).toEqual([
      "`up` with nothing to do, of the bare engine",
    ]);
    expect(notMet({ ...GOOD_RUN, idle: { ...idle, refreshTrips: { one: 16, two: 3 } } })).toEqual([
      "round trips of a refresh to one node",
    ]);
    expect(notMet({ ...GOOD_RUN, state: { ...state, bytes: 300_101 } })).toEqual([
      "bytes of state a resource",
    ]);
  });

  it("say nothing about growth where no size was measured", () => {
    const goals = goalsOf({ ...GOOD_RUN, growth: [] }).map(({ what }) => what);
    expect(goals.filter((what) => what.startsWith("node "))).toEqual([]);
    expect(goals.length).toBe(goalsOf(GOOD_RUN).length - 1);
  });
});

describe("the page about performance", () => {
  it("is what the kept figures make, and nothing by hand", () => {
    expect(readPage()).toBe(renderPage(readRuns()));
  });

  it("says which goal is not met", () => {
    const page = renderPage([{ ...GOOD_RUN, state: { bytes: 400_000, resources: 100 } }]);
    expect(page).toContain("| bytes of state a resource | <= 3000 | 4000 | **not met** |");
    expect(page).toContain("| first run | 52.0 s | 302.0 s | 5.81 x |");
  });

  it("takes the middle of its turns, and of an even number the middle between both", () => {
    expect(median([9, 1, 2])).toBe(2);
    expect(median([4, 1])).toBe(2.5);
  });
});

describe("the playbook's inventory", () => {
  const inventory = inventoryOf(planCluster(specOf("frege")), "/keys/one");

  it("has every host of the plan, the first one to found and the others to join", () => {
    const { children } = inventory.all;
    expect(Object.keys(children.nodes.hosts)).toEqual(["frege", "russell", "wittgenstein"]);
    expect(children.founder.hosts).toEqual({ frege: {} });
    expect(Object.keys(children.joiners.hosts)).toEqual(["russell", "wittgenstein"]);
  });

  it("lets both sides write the same files", () => {
    const host = inventory.all.children.nodes.hosts.russell;
    const written = [
      ...(host?.base_files ?? []),
      ...(host?.ssh_files ?? []),
      ...(host?.ring_files ?? []),
      ...(host?.service_files ?? []),
    ].map((file) => file.path);
    for (const file of [
      "/etc/hosts",
      "/etc/frr/frr.conf",
      "/etc/chrony/sources.d/proxmox-ha.sources",
    ]) {
      expect(written).toContain(file);
    }
    expect(new Set(written).size).toBe(written.length);
  });
});
