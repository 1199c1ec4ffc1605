import { expect, it } from "vitest";
import { Board } from "../../../automation/engine/board.js";
import type { RunningStep } from "../../../automation/engine/running-step.js";

const step = (phase: string, of: string, text: string, startedAt = 0): RunningStep => ({
  place: { phase, of },
  name: text.split(/ +/)[1] ?? text,
  text,
  startedAt,
  looks: false,
});

function terminal(columns = 80, rows = 24) {
  return {
    text: "",
    columns,
    rows,
    write(text: string): void {
      this.text += text;
    },
  };
}

it("keeps one line for each node and phase under way, below the lines that stay", () => {
  const screen = terminal();
  const board = new Board(screen, () => 12_000);
  board.print(
    ["up frege"],
    [
      step("host", "frege", "create     frege-packages (host/Packages)"),
      step("host", "frege", "create     frege-kernel (host/Files)", 9_000),
      step("network", "russell", "update     russell-interfaces (host/Network)", 10_000),
    ],
  );
  expect(screen.text.split("\n")).toEqual([
    "up frege",
    "  host frege       create     frege-packages (host/Packages) and 1 more, 12 s",
    "  network russell  update     russell-interfaces (host/Network), 2 s",
    "",
  ]);
});

it("draws them anew in place, and leaves nothing of them at the end", () => {
  const screen = terminal();
  const board = new Board(screen, () => 1_000);
  board.print([], [step("host", "frege", "a"), step("host", "russell", "b")]);
  screen.text = "";
  board.print(["  done       frege-packages in 1.0 s"], [step("host", "russell", "b")]);
  expect(screen.text).toBe(
    "\u001b[2A\u001b[J  done       frege-packages in 1.0 s\n  host russell  b, 1 s\n",
  );
  screen.text = "";
  board.print(["up frege: done"], []);
  expect(screen.text).toBe("\u001b[1A\u001b[Jup frege: done\n");
  screen.text = "";
  board.print([], []);
  expect(screen.text).toBe("");
});

it("cuts lines that would not fit, because a wrapped one could not be drawn over", () => {
  const screen = terminal(30);
  new Board(screen, () => 0).print([], [step("host", "frege", "x".repeat(100))]);
  expect(screen.text.trimEnd()).toHaveLength(29);
});

it("says since when and for how long as usual, whatever has to be cut for it", () => {
  const screen = terminal(60);
  const long = {
    ...step("network", "wittgenstein", "create     management-gate (host/Paths)"),
    expectedSeconds: 95,
    waitsFor: "this to hold: every pair of nodes reaches each other at full size, both ways",
  };
  const board = new Board(screen, () => 12_000);
  board.print([], [long]);
  expect(screen.text.trimEnd()).toBe("  network wittgenstein  managemen, 12 s of about 1 min 35 s");
  screen.columns = 140;
  board.print([], [long]);
  expect(screen.text).toContain("12 s of about 1 min 35 s; waits for this to hold: every pair");
});

it("has no more lines than a screen whose cursor has to come back to the first of them", () => {
  const screen = terminal(80, 6);
  const board = new Board(screen, () => 0);
  const steps = ["a", "b", "c", "d", "e", "f"].map((node) => step("host", node, "wait"));
  board.print([], steps, "Hosts");
  expect(screen.text.split("\n")).toEqual([
    "  Hosts",
    "  host a  wait, 0 s",
    "  host b  wait, 0 s",
    "  host c  wait, 0 s",
    "  and 3 more",
    "",
  ]);
  screen.text = "";
  board.print([], steps.slice(0, 4), "Hosts");
  expect(screen.text.startsWith("\u001b[5A\u001b[J  Hosts\n")).toBe(true);
  expect(screen.text).toContain("host d");
});
