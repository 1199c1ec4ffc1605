import { afterAll, afterEach, beforeAll } from "vitest";
import type { RunningTwin } from "../../testing/index.js";

export interface FaultSuite {
  readonly twin: RunningTwin;
  fault(...words: string[]): Promise<string>;
  heal(): Promise<string>;
}

/** One twin for all tests of a file: each fault is healed before the next one, so the hosts serve all of them. */
export function faultSuite(start: () => Promise<RunningTwin>): FaultSuite {
  let started: RunningTwin | undefined;
  const suite: FaultSuite = {
    get twin() {
      if (started === undefined) throw new Error("the twin is not up yet");
      return started;
    },
    fault: (...words) => suite.twin.twin(["fault", suite.twin.name, ...words]),
    heal: () => suite.twin.twin(["heal", suite.twin.name]),
  };
  beforeAll(async () => {
    started = await start();
  });
  afterEach(async () => {
    await suite.heal();
  });
  afterAll(async () => {
    await started?.down();
  });
  return suite;
}
