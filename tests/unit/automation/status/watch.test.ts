import { describe, expect, it } from "vitest";
import { screenWriter, watch } from "../../../../automation/status/watch.js";

describe("a screen that is looked at again and again", () => {
  it("shows each look until it is stopped, and returns the last one", async () => {
    const stop = new AbortController();
    const shown: number[] = [];
    let looks = 0;
    const last = await watch(
      async () => ++looks,
      1,
      stop.signal,
      (look) => {
        shown.push(look);
        if (look === 3) {
          stop.abort();
        }
      },
    );
    expect(shown).toEqual([1, 2, 3]);
    expect(last).toBe(3);
  });

  it("does not show a look that was under way when it was stopped, and has it for its end", async () => {
    const stop = new AbortController();
    const shown: string[] = [];
    const last = await watch(
      async () => {
        stop.abort();
        return "seen";
      },
      60_000,
      stop.signal,
      (look) => shown.push(look),
    );
    expect([shown, last]).toEqual([[], "seen"]);
  });

  it("takes the place of the one before in a terminal, with the time of the look", () => {
    const written: string[] = [];
    const show = screenWriter(
      { terminal: true, write: (text) => written.push(text), time: () => "03:00:00" },
      5,
    );
    show("all is well\n");
    show("all is well\n");
    expect(written).toHaveLength(2);
    expect(written[0]?.startsWith("\u001b[2J\u001b[Hall is well")).toBe(true);
    expect(written[1]).toMatch(/every 5 s\. Ctrl-C/);
  });

  it("is not cleared between two looks, which flickers, and keeps nothing of a longer one", () => {
    const written: string[] = [];
    const show = screenWriter(
      { terminal: true, write: (text) => written.push(text), time: () => "03:00:00" },
      5,
    );
    show("all is well\nand more\n");
    show("no quorum\n");
    expect(written[1]).not.toContain("\u001b[2J");
    const end = "\u001b[K\n";
    expect(written[1]?.startsWith(`\u001b[Hno quorum${end}${end}03:00:00, `)).toBe(true);
    expect(written[1]?.endsWith(`${end}\u001b[J`)).toBe(true);
  });

  it("tells a pipe only what has changed", () => {
    const written: string[] = [];
    let now = 0;
    const show = screenWriter(
      { terminal: false, write: (text) => written.push(text), time: () => `03:00:0${now++}` },
      5,
    );
    for (const text of ["well\n", "well\n", "not well\n"]) {
      show(text);
    }
    expect(written.join("")).toBe("== 03:00:00\nwell\n\n== 03:00:01\nnot well\n");
  });

  it("tells a pipe nothing where only time has passed", () => {
    const written: string[] = [];
    const show = screenWriter(
      { terminal: false, write: (text) => written.push(text), time: () => "03:00:00" },
      5,
    );
    for (const second of [1, 6]) {
      show(
        `frege -> russell  amt  power on  seen ${second} s ago\n  lrm frege (idle, Mon Nov 30 03:00:0${second} 2026)\n`,
      );
    }
    expect(written).toHaveLength(1);
    show("frege -> russell  amt  power off  seen 7 s ago\n");
    expect(written).toHaveLength(2);
  });
});
