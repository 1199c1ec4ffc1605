import { describe, expect, it } from "vitest";
import { upgradeRows, upgradeView } from "../../../../automation/status/upgrade-view.js";
import type { Journal } from "../../../../automation/upgrade/journal.js";

const NOW_S = 1_780_000_000;
const journal = (more: Partial<Journal> = {}): Journal => ({
  version: 1,
  run: "1f2e",
  on: "desk",
  node: "russell",
  done: ["frege"],
  heard: NOW_S - 4,
  ...more,
});
const told = (more?: Partial<Journal>): string =>
  upgradeRows(upgradeView(journal(more), NOW_S))
    .flat()
    .join("; ");

describe("an upgrade in the status", () => {
  it("is not there where none was begun, or it came to its end", () => {
    expect(upgradeView(undefined, NOW_S)).toBeUndefined();
    expect(upgradeRows(undefined)).toEqual([]);
  });

  it("goes on as long as its run is heard of", () => {
    expect(told()).toBe(
      "goes on, from desk: heard of 4 s ago; russell is out of service for it; upgraded by it: frege",
    );
    expect(told({ node: "", done: [], heard: NOW_S + 2 })).toBe(
      "goes on, from desk: heard of 0 s ago; upgraded by it: none yet",
    );
  });

  it.each([
    ["that died", { heard: NOW_S - 60 }],
    ["that has said so", { run: "" }],
  ])("ended before its end after a run %s", (_what, more) => {
    expect(told(more)).toBe(
      "ENDED BEFORE ITS END, on desk: `upgrade` goes on with it; russell is out of service for it; upgraded by it: frege",
    );
  });
});
