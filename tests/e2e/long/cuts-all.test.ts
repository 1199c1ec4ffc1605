import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Loss, lossText, runUntilLost, seeded, stepName } from "../support/cuts.js";
import { ProgramTwin } from "../support/program-twin.js";

/** Every remote step takes the better part of an hour; `npm run test:cuts` asks for all of them. */
const wanted = process.env.PROXMOX_HA_CUTS === "all" ? Number.POSITIVE_INFINITY : 12;
/** More runs than a first `up` has steps: a chain that needs more does not get on. */
const MOST_RUNS = 600;
const MOST_STUCK = 4;
const nodes = ["frege", "russell", "wittgenstein"];
const random = seeded(7);

let twin: ProgramTwin | undefined;
beforeAll(async () => {
  twin = await ProgramTwin.up("cuts-all");
});
afterAll(async () => {
  await twin?.down();
});

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

describe("a first up that is cut at its first new remote step, again and again", () => {
  it("gets one step further each time, and is whole in the end", { timeout: 0 }, async () => {
    if (twin === undefined) throw new Error("there is no twin");
    const cutAfter = new Set<string>();
    let ended = 0;
    let stuck = 0;
    for (let run = 0; run < MOST_RUNS && cutAfter.size < wanted; run++) {
      const loss = nextLoss(run);
      const known = cutAfter.size;
      const { finished, steps } = await runUntilLost(twin, loss, (so) =>
        so.some((step) => !cutAfter.has(stepName(step))),
      );
      const fresh = steps.find((step) => !cutAfter.has(stepName(step)));
      if (fresh !== undefined) cutAfter.add(stepName(fresh));
      console.log(
        `${cutAfter.size}: ${lossText(loss)} after ${fresh === undefined ? "no new step" : stepName(fresh)}: status ${finished.status}, ${finished.seconds} s`,
      );
      expect(finished.stdout + finished.stderr).not.toMatch(/\n\s+at .*\.(js|ts):\d+/);
      // A broken connection may end a run early, but not every run.
      stuck = finished.status !== 0 && cutAfter.size === known ? stuck + 1 : 0;
      if (stuck === MOST_STUCK) {
        throw new Error(`${stuck} runs came no further: ${finished.stdout}${finished.stderr}`);
      }
      // A run that comes to its end without a new step is the last one.
      ended = finished.status === 0 && cutAfter.size === known ? ended + 1 : 0;
      if (ended === 2) break;
    }
    const { done } = await twin.runUp();
    console.log(`cut after ${cutAfter.size} different steps; the up after them: ${done.seconds} s`);
    expect((await twin.status()).quorum).toEqual({ quorate: true, votes: 3, expected: 3 });
    await twin.untilHealthy(60_000);
    const again = await twin.runUp();
    expect(again.log.steps()).toEqual([]);
    const refresh = await twin.run("refresh");
    expect(refresh.done.stdout).toMatch(/nothing to change/);
  });
});
