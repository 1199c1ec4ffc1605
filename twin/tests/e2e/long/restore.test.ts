import path from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import {
  bootIdOf,
  closeAll,
  OwnStack,
  RunningTwin,
  said,
  statusOf,
  tryOn,
  tryTwin,
} from "../../../testing/index.js";

const ROOT = "ssm:/pair/hosts/root_password";
const stack = new OwnStack(path.resolve(__dirname, "..", "..", "fixtures", "Pulumi.pair.yaml"));
let twin: RunningTwin;
beforeAll(async () => {
  twin = await RunningTwin.up("restore", stack.stack);
});
afterAll(() => closeAll(twin, stack));

const up = (label: string) =>
  tryTwin(["up", stack.stack, "--name", twin.name, "--restore", label], { deadlineMs: 300_000 });

it("a twin that is gone starts again where a snapshot left it, and is ready only then", async () => {
  await tryOn(twin, "castor", "echo kept > /root/kept");
  const password = twin.secretAt(ROOT);
  await twin.twin(["snapshot", twin.name, "written"]);
  await twin.twin(["down", twin.name]);

  const done = await up("written");
  expect(done.status, said(done)).toBe(0);
  const order = /putting back the snapshot "written".* castor answers.* ready after /s;
  expect(done.stderr).toMatch(order);
  expect((await statusOf(twin)).phase).toBe("ready");
  expect((await tryOn(twin, "castor", "cat /root/kept")).stdout).toBe("kept\n");
  expect(twin.secretAt(ROOT)).toBe(password);
});

it("a snapshot that does not fit leaves the twin that runs as it is", async () => {
  const before = await bootIdOf(twin, "pollux");
  const refused = await tryTwin(["restore", twin.name, "never"]);
  expect(refused.status, said(refused)).toBe(2);
  expect(refused.stderr).toContain('there is no snapshot "never"');
  expect(await bootIdOf(twin, "pollux")).toBe(before);
  expect((await statusOf(twin)).phase).toBe("ready");
});

it("a start from a snapshot of another file is refused before anything is built", async () => {
  await twin.twin(["down", twin.name]);
  stack.write([["timezone: Europe/Berlin", "timezone: Europe/Vienna"]]);
  const refused = await up("written");
  expect(refused.status, said(refused)).toBe(2);
  expect(refused.stderr).toMatch(/taken of another plan: the stack file has changed/);
  expect(refused.stderr).not.toContain("ready");
});
