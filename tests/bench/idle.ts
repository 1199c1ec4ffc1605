import { expectDone } from "../../twin/testing/index.js";
import type { ProgramTwin } from "../e2e/support/program-twin.js";
import type { BareEngine } from "./bare-engine.js";
import type { MeasuredRun } from "./measured.js";

const TURNS = 3;

/** What each verb costs on a formed cluster on which nothing is to be done, in turns, so that all meet the same weather. */
export async function measureIdle(
  twin: ProgramTwin,
  bare: BareEngine,
): Promise<MeasuredRun["idle"]> {
  const idle: MeasuredRun["idle"] = {
    bareEngine: [],
    up: [],
    pulumiUp: [],
    preview: [],
    refresh: [],
    status: [],
    refreshTrips: {},
  };
  for (let turn = 0; turn < TURNS; turn += 1) {
    idle.bareEngine.push(await bare.up());
    idle.up.push((await twin.runUp()).done.seconds);
    const plain = await twin.startPulumi(["up", "--yes", "--non-interactive"]).finished;
    expectDone(plain, "pulumi up");
    idle.pulumiUp.push(plain.seconds);
    for (const verb of ["preview", "refresh", "status"] as const) {
      const { done, log } = await twin.run(verb);
      expectDone(done, verb);
      idle[verb].push(done.seconds);
      if (verb === "refresh") {
        idle.refreshTrips = log.roundTrips();
      }
    }
  }
  return idle;
}
