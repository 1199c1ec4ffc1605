import { expect } from "vitest";
import type { FaultRow } from "./fault-rows.js";
import type { ProgramTwin } from "./program-twin.js";

/** Causes a fault, sees its effect, heals it and sees the effect gone. */
export async function seeAndHeal(twin: ProgramTwin, row: FaultRow): Promise<void> {
  await expect.poll(() => row.holds(twin), { timeout: 30_000, interval: 250 }).toBe(true);
  await twin.twin(["fault", twin.name, ...row.words]);
  expect(await row.holds(twin), "with the fault").toBe(false);
  await twin.twin(["heal", twin.name]);
  await expect.poll(() => row.holds(twin), { timeout: 30_000, interval: 250 }).toBe(true);
}
