import { expect, it } from "vitest";
import { lastDrillScript, parseLastDrill } from "../../../../automation/drill/last.js";
import { calendarOf, calendarRows } from "../../../../automation/status/calendar.js";

const NOW_S = 1_800_000_000;
const DAY_MS = 86_400_000;
const backups = {
  jobs: [{ job: "nightly", storage: "nas", newestAgeS: { 100: 3_600 }, overdue: [] }],
  restores: "told",
  restoredAgeS: 86_400 * 3,
  restoreIsDue: false,
} as const;
const facts = { recovers: true, lastDrill: undefined, backups: undefined, nowS: NOW_S };
const drilled = (daysAgo: number, isGood = true) => ({
  atMs: NOW_S * 1_000 - daysAgo * DAY_MS,
  drill: "cut" as const,
  node: "russell",
  isGood,
});
const overdue = (given: Partial<Parameters<typeof calendarOf>[0]>) =>
  calendarOf({ ...facts, ...given }).flatMap(({ what, isOverdue }) => (isOverdue ? [what] : []));

it("asks for a failover each quarter, as long as HA has something to recover", () => {
  expect(overdue({})).toEqual(["failover"]);
  expect(overdue({ lastDrill: drilled(90) })).toEqual([]);
  expect(overdue({ lastDrill: drilled(93) })).toEqual(["failover"]);
  expect(calendarOf({ ...facts, recovers: false })).toEqual([]);
});

it("does not count a failover that failed", () => {
  expect(overdue({ lastDrill: drilled(1, false) })).toEqual(["failover"]);
  const [row = []] = calendarRows(calendarOf({ ...facts, lastDrill: drilled(1, false) }));
  expect(row.join(" ")).toContain("OVERDUE: cut of russell FAILED");
});

it("asks for a restore each month and has backups checked by each look", () => {
  const all = { ...facts, lastDrill: drilled(3), backups };
  expect(calendarOf(all).map(({ what }) => what)).toEqual(["failover", "restore", "backups"]);
  expect(calendarRows(calendarOf(all)).map((row) => row.join(" | "))).toEqual([
    "HA failover | each 92 days | 3 days ago | cut of russell",
    "restore of a backup | each 35 days | 3 days ago | ",
    "check of backups | each day | now | checked by this look",
  ]);
  expect(overdue({ ...all, backups: { ...backups, restoreIsDue: true } })).toEqual(["restore"]);
});

it("has the check of backups overdue where one is too old, or a storage did not tell", () => {
  const late = { job: "nightly", storage: "nas", newestAgeS: { 100: 9e5 }, overdue: ["100"] };
  const silent = { job: "nightly", storage: "nas", overdue: [] };
  for (const job of [late, silent]) {
    const given = { lastDrill: drilled(1), backups: { ...backups, jobs: [job] } };
    expect(overdue(given)).toEqual(["backups"]);
  }
});

it("reads the last drill as it was written down, and nothing from what is no record", () => {
  const one = drilled(2);
  const [, json = ""] = /'(\{.*\})'/.exec(lastDrillScript(one)) ?? [];
  expect(parseLastDrill(json)).toEqual(one);
  expect(parseLastDrill("")).toBeUndefined();
  expect(parseLastDrill('{"atMs": "soon"}')).toBeUndefined();
});
