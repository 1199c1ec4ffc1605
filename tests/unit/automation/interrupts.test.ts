import { expect, it } from "vitest";
import { Interrupts } from "../../../automation/engine/interrupts.js";

it("answers every Ctrl-C: stops, says what it waits for, leaves", () => {
  const said: string[] = [];
  let left = 0;
  const interrupts = new Interrupts({
    say: (line) => said.push(line),
    waitingFor: () => ["create ms01-russell (pvecm/Member), 12 s"],
    leave: () => {
      left += 1;
    },
  });
  expect([interrupts.interrupted, interrupts.signal.aborted]).toEqual([false, false]);
  interrupts.answer();
  expect([interrupts.interrupted, interrupts.signal.aborted]).toEqual([true, true]);
  expect(said).toEqual([
    "Stopping: no new step starts; steps under way on hosts come to their end.",
  ]);
  interrupts.answer();
  expect(said[1]).toMatch(/^Waiting for create ms01-russell \(pvecm\/Member\), 12 s\. Once more/);
  expect(left).toBe(0);
  interrupts.answer();
  expect([left, said.length]).toEqual([1, 2]);
});

it("hears the signals of the process only while it listens", () => {
  const listeners = new Map<string, () => void>();
  const interrupts = new Interrupts({
    say: () => undefined,
    waitingFor: () => [],
    leave: () => undefined,
  });
  const stop = interrupts.listen({
    on: (signal, listener) => listeners.set(signal, listener),
    off: (signal) => listeners.delete(signal),
  });
  expect([...listeners.keys()]).toEqual(["SIGINT", "SIGTERM"]);
  listeners.get("SIGTERM")?.();
  expect(interrupts.interrupted).toBe(true);
  stop();
  expect(listeners.size).toBe(0);
});
