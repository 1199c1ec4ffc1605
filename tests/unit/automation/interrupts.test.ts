import { expect, it } from "vitest";
import { type InterruptAnswers, Interrupts } from "../../../automation/engine/interrupts.js";

const MEMBER = "create     ms01-russell (pvecm/Member), 12 s; waits for the node to be a member";

function world(more: Partial<InterruptAnswers> = {}) {
  const said: string[] = [];
  const seen = { left: 0, now: 1_000 };
  const interrupts = new Interrupts(
    {
      say: (line) => said.push(line),
      waitingFor: () => [{ text: MEMBER }],
      leave: () => {
        seen.left += 1;
      },
      ...more,
    },
    () => seen.now,
  );
  return { said, seen, interrupts };
}

it("stops at the first Ctrl-C and says what goes on, and leaves at the second one", () => {
  const { said, seen, interrupts } = world();
  expect([interrupts.interrupted, interrupts.signal.aborted]).toEqual([false, false]);
  interrupts.answer();
  expect([interrupts.interrupted, interrupts.signal.aborted]).toEqual([true, true]);
  expect(said).toEqual([
    "Stopping: no new step starts; steps under way on hosts come to their end.",
    "Goes on until then:",
    `  ${MEMBER}`,
    "Ctrl-C once more leaves at once; the engine then ends by itself and holds the stack until it has.",
  ]);
  expect(seen.left).toBe(0);
  seen.now += 2_000;
  interrupts.answer();
  expect([seen.left, said.length]).toEqual([1, 4]);
});

it("says of a hook that it is stopped in the middle", () => {
  const hook = "create     hook-before-hosts-controller-5760 (command/Command), 3 s";
  const { said, interrupts } = world({
    waitingFor: () => [{ text: hook, atStop: "is cut" }, { text: MEMBER }],
  });
  interrupts.answer();
  expect(said).toContain(
    "But for the hook: Pulumi stops it in the middle, and the next run starts it anew.",
  );
});

it("says of a gate that it ends at once", () => {
  const gate = "update ceph-whole (pveceph/Gate), 3 s; waits for this to hold: Ceph is whole";
  const { said, interrupts } = world({ waitingFor: () => [{ text: gate, atStop: "lets go" }] });
  interrupts.answer();
  expect(said.slice(2)).toEqual([
    `  ${gate}`,
    "But for what only waits for something to hold: it ends with its next look.",
    expect.stringContaining("once more"),
  ]);
});

it("takes a signal that npx hands on at once for the same Ctrl-C", () => {
  const { seen, interrupts } = world();
  interrupts.answer();
  seen.now += 20;
  interrupts.answer();
  expect(seen.left).toBe(0);
  seen.now += 1_000;
  interrupts.answer();
  expect(seen.left).toBe(1);
});

it("says of the engine alone that it goes on, and of other work what leaving it means", () => {
  const engine = world({ waitingFor: () => [] });
  engine.interrupts.answer();
  expect(engine.said[1]).toBe("Goes on until then: the engine, which writes down what was done.");
  const drill = world({ waitingFor: () => [], leaving: "Left as it is." });
  drill.interrupts.answer();
  expect(drill.said.slice(1)).toEqual(["Ctrl-C once more leaves at once."]);
  drill.seen.now += 1_000;
  drill.interrupts.answer();
  expect([drill.said.at(-1), drill.seen.left]).toEqual(["Left as it is.", 1]);
});

it("hears the signals of the process only while it listens", () => {
  const listeners = new Map<string, () => void>();
  const { interrupts } = world();
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
