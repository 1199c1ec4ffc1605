import { mkdtempSync, rmSync } from "node:fs";
import { cpus, loadavg, tmpdir, totalmem } from "node:os";
import path from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import type { ClusterPlan } from "../../config/plan/index.js";
import { planCluster } from "../../config/plan/index.js";
import { untilOn } from "../../twin/testing/index.js";
import { ProgramTwin } from "../e2e/support/program-twin.js";
import { specOf } from "../unit/config/plan/stacks.js";
import { AnsibleSide } from "./ansible-side.js";
import { BareEngine } from "./bare-engine.js";
import { BusyProcessors } from "./busy-processors.js";
import { Executions } from "./executions.js";
import { measureGrowth } from "./growth.js";
import { measureIdle } from "./idle.js";
import { keepRun } from "./keep-run.js";
import type { MeasuredRun } from "./measured.js";
import { measureOurs } from "./our-side.js";
import { measureProgram } from "./program.js";
import { measureSquare } from "./square.js";
import { sizeOfState } from "./state-size.js";
import { wishes } from "./wishes.js";

const STACK = "frege";
const HOUR_MS = 3_600_000;
const GIB = 2 ** 30;
const FRESH = "fresh";
const asked = wishes();
const plan: ClusterPlan = planCluster(specOf(STACK));
const addresses = Object.fromEntries(plan.nodes.map(({ name, address }) => [name, address]));
const [founder = ""] = Object.keys(addresses);
const folder = mkdtempSync(path.join(tmpdir(), "bench-"));
const load = { before: loadavg()[0] ?? 0, most: 0 };
const busy = new BusyProcessors(asked.busy);

const watching = setInterval(() => {
  load.most = Math.max(load.most, loadavg()[0] ?? 0);
}, 5_000);

afterAll(() => {
  clearInterval(watching);
  busy.end();
  rmSync(folder, { recursive: true, force: true });
});

/** What either side has to have reached: members with quorum, storages at every node, the guest running where HA has put it. */
async function expectCluster(twin: ProgramTwin): Promise<void> {
  const counted = await twin.on(founder, "corosync-quorumtool -s");
  expect(counted).toMatch(/^Quorate:\s+Yes$/m);
  expect(counted).toMatch(new RegExp(`^Total votes:\\s+${plan.nodes.length}$`, "m"));
  for (const node of Object.keys(addresses)) {
    const active = await twin.on(node, "pvesm status");
    for (const { id } of plan.storages) {
      expect(active).toMatch(new RegExp(`^${id} +nfs +active `, "m"));
    }
  }
  for (const { sid } of plan.ha.resources) {
    await untilOn(
      twin,
      founder,
      `ha-manager status | grep -q '^service ${sid} (.*started)'`,
      120_000,
    );
  }
}

async function measureRounds(twin: ProgramTwin, hosts: Executions): Promise<MeasuredRun["rounds"]> {
  const ansible = new AnsibleSide(asked.ansible, path.join(folder, "ansible"), plan);
  await ansible.prepare();
  const rounds: MeasuredRun["rounds"] = [];
  for (let round = 0; round < asked.rounds; round += 1) {
    if (round > 0) {
      await twin.comeBackTo(FRESH);
    }
    const theirs = await ansible.measure(twin, Object.keys(addresses), hosts);
    await expectCluster(twin);
    await twin.comeBackTo(FRESH);
    const ours = await measureOurs(twin, plan, hosts);
    await expectCluster(twin);
    rounds.push({ ours, ansible: theirs });
  }
  return rounds;
}

/** Both sides on one set of hosts, and what a formed cluster costs while nothing is to be done. */
async function measureCluster(
  bare: BareEngine,
): Promise<Pick<MeasuredRun, "rounds" | "idle" | "state">> {
  const twin = await ProgramTwin.up("bench", STACK);
  try {
    const hosts = new Executions(twin, addresses);
    await hosts.arm();
    await twin.keep(FRESH);
    const rounds = await measureRounds(twin, hosts);
    const idle = await measureIdle(twin, bare);
    return { rounds, idle, state: sizeOfState(await twin.exportedState()) };
  } finally {
    await twin.down();
  }
}

describe("the benchmark", () => {
  it("measures the program beside a playbook and beside the bare engine", {
    timeout: 4 * HOUR_MS,
  }, async () => {
    const program = await measureProgram();
    const square = await measureSquare();
    const bare = new BareEngine(path.join(folder, "bare"));
    await bare.prepare();
    const cluster = await measureCluster(bare);
    const growth = await measureGrowth(asked.sizes);
    keepRun({
      on: new Date().toISOString().slice(0, 10),
      machine: { processors: cpus().length, memoryGib: Math.round(totalmem() / GIB) },
      busy: asked.busy,
      load,
      stack: STACK,
      ...cluster,
      program,
      square,
      growth,
    });
  });
});
