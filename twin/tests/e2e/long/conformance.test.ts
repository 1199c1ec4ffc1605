import { afterAll, beforeAll, expect, it } from "vitest";
import { closeAll, RunningTwin } from "../../../testing/index.js";
import { holdAgainst } from "../../support/conformance.js";

/** Two minutes of it are the life of a lock that nobody can give back. */
const DEADLINE_MS = 1_200_000;

let twin: RunningTwin;
beforeAll(async () => {
  twin = await RunningTwin.up("tables");
});
afterAll(() => closeAll(twin));

it("the twin's layer answers every table as the real one does", {
  timeout: DEADLINE_MS,
}, async () => {
  const done = await holdAgainst(twin, [], DEADLINE_MS);
  console.log(done.stdout.trim().split("\n").at(-1));
  expect(done.stdout.split("\n").filter((line) => /^(different| {10})/.test(line))).toEqual([]);
  expect(done.status, done.stderr).toBe(0);
  const [, same] = /^(\d+) as expected, 0 different/m.exec(done.stdout) ?? [];
  expect(Number(same)).toBeGreaterThan(50);
});
