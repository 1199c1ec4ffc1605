import { afterAll, beforeAll, expect, it } from "vitest";
import { holdAgainst } from "../../support/conformance.js";
import { ProgramTwin } from "../../support/program-twin.js";

let twin: ProgramTwin;
beforeAll(async () => {
  twin = await ProgramTwin.up("tables");
});
afterAll(async () => {
  await twin.down();
});

it("the twin's layer answers every table as the real one does", async () => {
  const done = await holdAgainst(twin);
  console.log(done.stdout.trim().split("\n").at(-1));
  expect(done.stdout.split("\n").filter((line) => /^(different| {10})/.test(line))).toEqual([]);
  expect(done.status, done.stderr).toBe(0);
  const [, same] = /^(\d+) as expected, 0 different/m.exec(done.stdout) ?? [];
  expect(Number(same)).toBeGreaterThan(50);
});
