import { describe, expect, it } from "vitest";
import { readCases } from "../../../conformance/case.js";
import { type Answer, differences } from "../../../conformance/compare.js";
import { allTables } from "../../../conformance/main.js";

const answer: Answer = {
  exit: 0,
  stdout: "line one\n",
  stderr: "",
  status: 200,
  body: '{"data":[{"name":"pve-a","online":1},{"name":"pve-b","online":"0"}]}',
  seconds: 3,
};

describe("comparing an answer with what is expected", () => {
  it.each([
    [{ exit: 0 }, 0],
    [{ exit: [2, 0] }, 0],
    [{ exit: 255 }, 1],
    [{ exit: "failure" as const }, 1],
    [{ stdout: "^line one$", without: "two" }, 0],
    [{ stdout: "^line two$" }, 1],
    [{ without: "one" }, 1],
    [{ status: 500 }, 1],
    [{ emptyBody: true }, 1],
    [{ atLeastS: 2, atMostS: 4 }, 0],
    [{ atLeastS: 4 }, 1],
    [{ atMostS: 2 }, 1],
    [{ json: { data: [{ name: "pve-b", online: 0 }] } }, 0],
    [{ json: { data: [{ name: "~^pve-[ab]$" }] } }, 0],
    [{ json: { data: [{ name: "pve-b", online: 1 }] } }, 1],
    [{ json: { data: [{ name: "pve-c" }] } }, 1],
    [{ json: { data: { name: "pve-a" } } }, 1],
    [{ json: { missing: "x" } }, 1],
    [{ json: { missing: null } }, 1],
  ])("%j gives %i differences", (expected, count) => {
    expect(differences(expected, answer)).toHaveLength(count);
  });

  it("says that no JSON came back", () => {
    expect(differences({ json: {} }, { stdout: "oops", seconds: 0 })).toEqual([
      'JSON expected, got "oops"',
    ]);
  });
});

describe("the tables", () => {
  it("parse, and no identifier is used twice", () => {
    const ids = allTables()
      .flatMap(readCases)
      .map(({ id }) => id);
    expect(ids.length).toBeGreaterThan(20);
    expect(new Set(ids).size).toBe(ids.length);
  });

  it("a fault in a table is named", () => {
    expect(() => readCases("package.json")).toThrow(/package\.json is no table/);
  });
});
