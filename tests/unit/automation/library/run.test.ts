import { describe, expect, it } from "vitest";
import { Run } from "../../../../automation/library/run.js";

/** Everything that a listener hears, and what it throws in the end. */
async function heardOf<Event>(run: AsyncIterable<Event>) {
  const heard: Event[] = [];
  try {
    for await (const event of run) {
      heard.push(event);
    }
    return { heard };
  } catch (thrown) {
    return { heard, thrown };
  }
}

/** Work whose course a test decides. */
function work() {
  const steps = {
    tell: (_event: string): void => undefined,
    end: (_outcome: number): void => undefined,
    fail: (_why: Error): void => undefined,
  };
  const run = new Run<string, number>(
    (tell) =>
      new Promise((resolve, reject) => {
        Object.assign(steps, { tell, end: resolve, fail: reject });
      }),
  );
  return { run, steps };
}

describe("listening to a run", () => {
  it("gives what is told in its order, before and after the listener came, and then ends", async () => {
    const { run, steps } = work();
    steps.tell("a");
    steps.tell("b");
    const heard = heardOf(run);
    await Promise.resolve();
    steps.tell("c");
    steps.end(7);
    expect(await heard).toEqual({ heard: ["a", "b", "c"] });
    expect(await run.done).toBe(7);
  });

  it("waits for the next event and does not end before the run has", async () => {
    const { run, steps } = work();
    const events = run[Symbol.asyncIterator]();
    const first = events.next();
    steps.tell("a");
    expect(await first).toEqual({ done: false, value: "a" });
    const second = events.next();
    steps.tell("b");
    expect(await second).toEqual({ done: false, value: "b" });
    const end = events.next();
    steps.end(0);
    expect(await end).toEqual({ done: true, value: undefined });
  });

  it("gives everybody everything, also who comes when all is over", async () => {
    const { run, steps } = work();
    const early = heardOf(run);
    steps.tell("a");
    steps.end(0);
    await run.done;
    expect([await early, await heardOf(run)]).toEqual([{ heard: ["a"] }, { heard: ["a"] }]);
  });

  it("throws what the run failed with, behind the last event", async () => {
    const { run, steps } = work();
    const fault = new Error("no");
    steps.tell("a");
    steps.fail(fault);
    expect(await heardOf(run)).toEqual({ heard: ["a"], thrown: fault });
    await expect(run.done).rejects.toBe(fault);
  });

  it("goes on when the listener leaves", async () => {
    const { run, steps } = work();
    steps.tell("a");
    for await (const event of run) {
      expect(event).toBe("a");
      break;
    }
    steps.tell("b");
    steps.end(1);
    expect(await run.done).toBe(1);
    expect(await heardOf(run)).toEqual({ heard: ["a", "b"] });
  });
});
