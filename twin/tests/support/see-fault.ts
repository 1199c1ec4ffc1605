import { expect } from "vitest";
import type { RunningTwin } from "../../testing/index.js";
import { BMC_FAULTS, type BmcProbe } from "./bmc-probes.js";
import type { FaultRow } from "./fault-rows.js";

/** Causes a fault, sees its effect, heals it and sees the effect gone. */
export async function seeAndHeal(twin: RunningTwin, row: FaultRow): Promise<void> {
  await expect.poll(() => row.holds(twin), { timeout: 30_000, interval: 250 }).toBe(true);
  await twin.twin(["fault", twin.name, ...row.words]);
  expect(await row.holds(twin), "with the fault").toBe(false);
  await twin.twin(["heal", twin.name]);
  await expect.poll(() => row.holds(twin), { timeout: 30_000, interval: 250 }).toBe(true);
}

/** Causes a fault of a management controller, sees exactly its effect, heals it and sees the device as before. */
export async function seeAndHealBmc(
  twin: RunningTwin,
  probe: BmcProbe,
  words: readonly string[],
): Promise<void> {
  const row = BMC_FAULTS.find((one) => one.words.join(" ") === words.join(" "));
  if (row === undefined) throw new Error(`the table of faults has no ${words.join(" ")}`);
  const whole = await probe.look();
  expect(whole.power, "before the fault").toBe("on");
  await twin.twin(["fault", twin.name, "bmc", probe.node, ...words]);
  expect(await probe.look(), "with the fault").toMatchObject(row.effect);
  await twin.twin(["heal", twin.name]);
  await expect.poll(() => probe.look(), { timeout: 30_000, interval: 250 }).toEqual(whole);
}
