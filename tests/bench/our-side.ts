import { expect } from "vitest";
import type { ClusterPlan } from "../../config/plan/index.js";
import { expectDone } from "../../twin/testing/index.js";
import type { ProgramTwin } from "../e2e/support/program-twin.js";
import { type Link, linksOf, longestChain, shownChain } from "../e2e/support/serial-chain.js";
import type { Executions } from "./executions.js";
import { type MeasuredRun, tenths } from "./measured.js";
import { peakMemoryMb } from "./peak-memory.js";

type Ours = MeasuredRun["rounds"][number]["ours"];

const DEADLINE_MS = 1_200_000;

/** The program's side of a round: a cluster from fresh hosts, and the run behind it that has nothing to do. */
export async function measureOurs(
  twin: ProgramTwin,
  plan: ClusterPlan,
  hosts: Executions,
): Promise<Ours> {
  const first = await hosts.during(async () => {
    const { running } = twin.startRun("up", [], DEADLINE_MS);
    const [peakMb, done] = await Promise.all([peakMemoryMb(running), running.finished]);
    expectDone(done, `up ${twin.stack}`);
    return { ...done, peakMb };
  });
  const { seconds, stdout, peakMb } = first.done;
  const links = linksOf(stdout, await twin.exportedState());
  const chain = longestChain(links);
  console.log(`first up ${seconds} s; ${shownChain(chain)}`);
  const second = await hosts.during(() => twin.runUp());
  expect(second.done.done.stdout).toContain("nothing to change");
  return {
    firstUp: seconds,
    chain: tenths(chain.seconds),
    joins: joinsAlone(plan, links),
    executions: first.count,
    peakMb,
    secondUp: second.done.done.seconds,
    secondExecutions: second.count,
  };
}

/** What nobody can do faster than Proxmox: the founding and one join after the other. */
function joinsAlone(plan: ClusterPlan, links: readonly Link[]): number {
  const names = plan.corosync.joinOrder.map(
    ({ node, action }) => `${plan.name}-${action === "found" ? "founded" : node}`,
  );
  const found = links.filter(({ name }) => names.includes(name));
  expect(found.map(({ name }) => name).toSorted()).toEqual(names.toSorted());
  return tenths(found.reduce((sum, one) => sum + one.seconds, 0));
}
