import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { closeAll } from "../../../twin/testing/index.js";
import { type Loss, lossText, runUntilLost, seeded, stepName } from "../support/cuts.js";
import { ProgramTwin } from "../support/program-twin.js";

/** Every remote step takes half an hour to an hour; `npm run test:cuts` asks for all of them. */
const wanted = process.env.PROXMOX_HA_CUTS === "all" ? Number.POSITIVE_INFINITY : 12;
/** More runs than a formation has steps: one that needs more does not get on. */
const MOST_RUNS = 600;
const MOST_STUCK = 4;
const nodes = ["frege", "russell", "wittgenstein"];
const random = seeded(7);
const cutAfter = new Set<string>();
const seen = new Set<string>();

let twin: ProgramTwin;
beforeAll(async () => {
  twin = await ProgramTwin.up("cuts-all");
  await twin.keep("fresh");
});
afterAll(() => closeAll(twin));

/**
 * The controller, as a run that only loses a host waits for it and goes on to its end; now and then a host with it, or a connection
 * on the way there.
 */
function nextLoss(run: number): Loss {
  const node = nodes[random(nodes.length)] ?? "frege";
  const other = nodes[random(nodes.length)] ?? "frege";
  const ssh = run % 7 === 6 ? { ssh: { node: other, command: 1 + random(4) } } : {};
  return { kind: run % 5 === 4 ? "both" : "controller", node, ...ssh };
}

/** Runs one formation until nothing is left to be cut in it; returns how many steps were cut after for the first time. */
async function formUnderCuts(): Promise<number> {
  const before = cutAfter.size;
  let ended = 0;
  let stuck = 0;
  for (let run = 0; run < MOST_RUNS && cutAfter.size < wanted && ended < 2; run++) {
    const loss = nextLoss(run);
    const { finished, steps } = await runUntilLost(twin, loss, (so) =>
      so.some((step) => !cutAfter.has(stepName(step))),
    );
    for (const step of steps) seen.add(stepName(step));
    const fresh = steps.map(stepName).find((name) => !cutAfter.has(name));
    if (fresh !== undefined) cutAfter.add(fresh);
    console.log(
      `${cutAfter.size}: ${lossText(loss)} after ${fresh ?? "no new step"}: status ${finished.status}, ${finished.seconds} s`,
    );
    expect(finished.stdout + finished.stderr).not.toMatch(/\n\s+at .*\.(js|ts):\d+/);
    // A broken connection may end a run early, but not every run.
    stuck = finished.status !== 0 && fresh === undefined ? stuck + 1 : 0;
    if (stuck === MOST_STUCK) {
      throw new Error(`${stuck} runs came no further: ${finished.stdout}${finished.stderr}`);
    }
    // A run that comes to its end without a new step is the last one.
    ended = finished.status === 0 && fresh === undefined ? ended + 1 : 0;
  }
  return cutAfter.size - before;
}

async function expectWhole(): Promise<void> {
  const { done } = await twin.runUp();
  console.log(
    `cut after ${cutAfter.size} of ${seen.size} different steps; the up after them: ${done.seconds} s`,
  );
  expect((await twin.status()).quorum).toEqual({ quorate: true, votes: 3, expected: 3 });
  await twin.untilHealthy(60_000);
  const again = await twin.runUp();
  expect(again.log.steps()).toEqual([]);
  const refresh = await twin.run("refresh");
  expect(refresh.done.stdout).toMatch(/nothing to change/);
}

describe("a first up that is cut at its first new remote step, again and again", () => {
  it("gets one step further each time, and is whole in the end", { timeout: 0 }, async () => {
    // Steps that end together cannot all be the last one before a cut, so the rest gets a formation of its own.
    while ((await formUnderCuts()) > 0) {
      await expectWhole();
      if (cutAfter.size >= wanted) break;
      await twin.comeBackTo("fresh");
    }
  });
});
