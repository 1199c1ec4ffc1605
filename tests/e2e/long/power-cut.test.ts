import { afterAll, beforeAll, expect, it } from "vitest";
import { closeAll } from "../../../twin/testing/index.js";
import { untilStarted } from "../support/fenced-node.js";
import { ProgramTwin } from "../support/program-twin.js";

/** The current is gone for everybody at once, and comes back. */
let twin: ProgramTwin;

beforeAll(async () => {
  twin = await ProgramTwin.up("power-cut");
  await twin.runUp();
  await untilStarted(twin, "frege", 100);
});
afterAll(() => closeAll(twin));

it("a cluster comes back by itself after all its nodes lost their power, with its guest", async () => {
  const nodes = ["frege", "russell", "wittgenstein"];
  await Promise.all(nodes.map((node) => twin.twin(["power", twin.name, node, "reset"])));
  const seconds = await twin.untilHealthy(180_000);
  console.log(`power cut of all nodes: healthy after ${seconds} s`);
  await untilStarted(twin, "frege", 100);
  const { done, log } = await twin.run("refresh");
  expect(done.status).toBe(0);
  expect(done.stdout).toContain("nothing to change");
  expect(Object.keys(log.roundTrips()).length).toBe(3);
});
