import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { expect } from "vitest";
import { plainCluster, plainNames } from "../e2e/support/plain-cluster.js";
import { ProgramTwin } from "../e2e/support/program-twin.js";
import { Executions } from "./executions.js";
import { type MeasuredRun, tenths } from "./measured.js";
import { sizeOfState } from "./state-size.js";

const HOUR_MS = 3_600_000;

/** Plain clusters of several sizes, each from fresh hosts. */
export async function measureGrowth(sizes: readonly number[]): Promise<MeasuredRun["growth"]> {
  const measured: MeasuredRun["growth"] = [];
  for (const nodes of sizes) {
    measured.push(await measureSize(nodes));
  }
  return measured;
}

async function measureSize(nodes: number): Promise<MeasuredRun["growth"][number]> {
  const stack = `plain${nodes}`;
  const folder = mkdtempSync(path.join(tmpdir(), `${stack}-`));
  writeFileSync(path.join(folder, `Pulumi.${stack}.yaml`), plainCluster(stack, nodes));
  process.env.PROXMOX_HA_PROJECT = folder;
  const addresses = Object.fromEntries(
    plainNames(nodes).map((name, at) => [name, `10.20.0.${at + 11}`]),
  );
  const twin = await ProgramTwin.up(stack, stack, { deadlineMs: HOUR_MS });
  try {
    const hosts = new Executions(twin, addresses);
    await hosts.arm();
    const first = await hosts.during(() => twin.runUp({ deadlineMs: HOUR_MS }));
    const { done, log } = first.done;
    const ends = log
      .steps()
      .filter(({ verb }) => verb.startsWith("join "))
      .map(({ at }) => Date.parse(at) / 1_000);
    const second = await twin.runUp({ deadlineMs: HOUR_MS });
    expect(second.log.roundTrips()).toEqual({});
    return {
      nodes,
      up: done.seconds,
      joins: ends.slice(1).map((end, at) => tenths(end - (ends[at] ?? end))),
      executions: first.count,
      secondUp: second.done.seconds,
      state: sizeOfState(await twin.exportedState()),
    };
  } finally {
    await twin.down();
    delete process.env.PROXMOX_HA_PROJECT;
    rmSync(folder, { recursive: true, force: true });
  }
}
