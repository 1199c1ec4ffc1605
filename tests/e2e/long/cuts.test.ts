import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { closeAll } from "../../../twin/testing/index.js";
import { type Cut, lossText, runWithCut, seeded } from "../support/cuts.js";
import { ProgramTwin } from "../support/program-twin.js";

const seed = Number(process.env.PROXMOX_HA_SEED ?? 20_261);
const random = seeded(seed);
const nodes = ["frege", "russell", "wittgenstein"];
const kinds = [
  "controller",
  "host",
  "controller",
  "controller",
  "host",
  "controller",
  "controller",
] as const;
const oneOf = (names: readonly string[]): string => names[random(names.length)] ?? "frege";

/**
 * Every run goes on where the one before was cut, so one formation of the cluster sees them all: seven ends and three
 * broken connections.
 */
const cuts: readonly Cut[] = kinds.map((kind, at) => ({
  kind,
  step: 10 + random(25),
  node: oneOf(nodes),
  ...(at % 2 === 1 ? { ssh: { node: oneOf(nodes), command: 2 + random(4) } } : {}),
}));

let twin: ProgramTwin;
beforeAll(async () => {
  twin = await ProgramTwin.up("cuts");
});
afterAll(() => closeAll(twin));

describe(`a first up that is cut ten times (seed ${seed})`, () => {
  it("is finished by the next one, whatever was lost", async () => {
    let applied = 0;
    for (const cut of cuts) {
      const { finished, steps, lastStep, reached } = await runWithCut(twin, cut);
      console.log(
        `${lossText(cut)} after step ${cut.step}: ${reached ? `ended with status ${finished.status}` : "not reached"} after ${finished.seconds} s, ${steps} steps, the last: ${lastStep}`,
      );
      applied += reached ? 1 : 0;
    }
    // A host that comes back fast lets its run come to the end; then nothing is left for the later cuts.
    expect(applied).toBeGreaterThanOrEqual(4);
    const { done } = await twin.runUp();
    console.log(`the up after them: ${done.seconds} s`);
    const status = await twin.status();
    expect(status.healthy).toBe(true);
    expect(status.quorum).toEqual({ quorate: true, votes: 3, expected: 3 });
    const again = await twin.runUp();
    expect(again.done.stdout).toMatch(/nothing to change/);
    expect(again.log.steps()).toEqual([]);
  });

  it("has left no two versions of the truth: a refresh finds nothing", async () => {
    const { done } = await twin.run("refresh");
    expect(done.stdout).toMatch(/nothing to change/);
  });
});
