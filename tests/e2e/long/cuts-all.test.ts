import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Cut, cutText, runWithCut, seeded } from "../support/cuts.js";
import { ProgramTwin } from "../support/program-twin.js";

/** Every step is a night's work; `npm run test:cuts` sets this to 1. */
const stride = Number(process.env.PROXMOX_HA_CUT_STRIDE ?? 40);
const nodes = ["frege", "russell", "wittgenstein"];
const random = seeded(7);

let twin: ProgramTwin;
beforeAll(async () => {
  twin = await ProgramTwin.up("cuts-all");
  await twin.keep("fresh");
});
afterAll(async () => {
  await twin.down();
});

describe("a first up that is cut once, at one remote step after the other", () => {
  it("is finished by the second up from every one of them", { timeout: 0 }, async () => {
    const whole = (await twin.runUp()).log.steps().length;
    const failures: string[] = [];
    for (let step = 1; step <= whole; step += stride) {
      const cut: Cut = {
        kind: step % 3 === 0 ? "host" : "controller",
        step,
        node: nodes[random(nodes.length)] ?? "frege",
      };
      await twin.comeBackTo("fresh");
      const { lastStep } = await runWithCut(twin, cut);
      const { done } = await twin.run("up");
      const healthy = done.status === 0 && (await twin.status()).healthy;
      const line = `${cutText(cut)} (${lastStep}): the second up ended with status ${done.status} after ${done.seconds} s`;
      console.log(`${step} of ${whole}: ${line}${healthy ? "" : ", NOT HEALTHY"}`);
      if (!healthy) {
        failures.push(`${line}\n${done.stdout.split("\n").slice(-15).join("\n")}`);
      }
    }
    expect(failures).toEqual([]);
  });
});
