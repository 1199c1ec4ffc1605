import { describe, expect, it } from "vitest";
import { lanesOf, stepsIn } from "../../../../automation/report/timing.js";
import { timingChart } from "../../../../automation/report/timing-chart.js";
import { read, row } from "./read.js";

const line = (more: object): string =>
  JSON.stringify({
    at: "2026-11-30T20:00:10.000Z",
    host: "frege",
    resource: "host/files files ssh on frege",
    verb: "look at files",
    durationMs: 4_000,
    bytes: 100,
    changed: false,
    outcome: "ok",
    ...more,
  });

const LOG = [
  line({}),
  line({
    resource: "host/paths paths from frege",
    durationMs: 500,
    at: "2026-11-30T20:00:20.000Z",
  }),
  JSON.stringify({ at: "2026-11-30T20:00:21.000Z", resource: "files", changes: ["a -> b"] }),
  line({ host: "russell", changed: true, at: "2026-11-30T20:00:14.000Z" }),
  JSON.stringify({ at: "2026-11-30T20:00:22.000Z", counters: {} }),
  '{"at":"2026-11-30T20:00:2',
].join("\n");

describe("the steps of a run", () => {
  it("are read from its log with their begin; other lines and one that was cut are passed over", () => {
    const steps = stepsIn(LOG);
    expect(steps).toHaveLength(3);
    expect(steps[0]).toMatchObject({
      kind: "host/files",
      beganMs: Date.parse("2026-11-30T20:00:06.000Z"),
      failed: false,
    });
  });

  it("stand in rows by what they were for, in the order in which they began, gates marked", () => {
    expect(lanesOf(stepsIn(LOG))).toMatchObject([
      { kind: "host/files", isGate: false, hosts: ["frege", "russell"] },
      { kind: "host/paths", isGate: true, hosts: ["frege"] },
    ]);
  });

  it("of a look that no resource asked for are the program's", () => {
    expect(stepsIn(line({ resource: "status" }))[0]?.kind).toBe("the program");
  });
});

describe("the chart", () => {
  const chart = timingChart(stepsIn(LOG));

  it("says in figures when each kind began, for how long, on how many hosts", () => {
    expect(row(chart, "host/files")).toBe("host/files 0.0 s 8.0 s 2 2");
    expect(row(chart, 'host/paths <span class="muted">gate</span>')).toBe(
      "host/paths gate 14 s 0.5 s 1 1",
    );
    expect(read(chart)).toContain("14 s in all, 3 remote steps");
  });

  it("draws each step where it was, a failed one as failed", () => {
    expect(chart.markup.match(/<rect class="(looks|changes|gate)"/g)).toEqual([
      '<rect class="looks"',
      '<rect class="changes"',
      '<rect class="gate"',
    ]);
    expect(timingChart(stepsIn(line({ outcome: "failed" }))).markup).toContain('class="failed" x');
  });
});
