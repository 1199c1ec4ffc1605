import { expect, it } from "vitest";
import { Readiness } from "../../../supervisor/readiness.js";

const broken = () => Promise.reject(new Error("hume does not answer"));

it("a twin is ready after the work, and not before", async () => {
  const readiness = new Readiness();
  await readiness.after(async () => expect(readiness.phase).toBe("starting"));
  expect(readiness).toMatchObject({ phase: "ready", problem: undefined });
});

it("a restore that stops half-way leaves a twin that is not ready, and says why", async () => {
  const readiness = new Readiness();
  await readiness.after(async () => undefined);
  await expect(readiness.after(broken)).rejects.toThrow("hume does not answer");
  expect(readiness).toMatchObject({ phase: "failed", problem: "hume does not answer" });
});

it("the next one that succeeds makes it ready again", async () => {
  const readiness = new Readiness();
  await expect(readiness.after(broken)).rejects.toThrow();
  await readiness.after(async () => undefined);
  expect(readiness).toMatchObject({ phase: "ready", problem: undefined });
});

it("a failure that leaves all hosts on changes nothing", async () => {
  const readiness = new Readiness();
  await readiness.after(async () => undefined);
  await expect(readiness.after(broken, () => true)).rejects.toThrow("hume does not answer");
  expect(readiness).toMatchObject({ phase: "ready", problem: undefined });
});
