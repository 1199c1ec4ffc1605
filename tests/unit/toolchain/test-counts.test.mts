import { describe, expect, it } from "vitest";
import {
  addCounts,
  countsOf,
  noCounts,
  summaryLine,
  verdict,
} from "../../../toolchain/test-counts.mjs";

const report = {
  numPassedTests: 7,
  numFailedTests: 0,
  numPendingTests: 0,
  numTodoTests: 0,
  testResults: [{ status: "passed", assertionResults: [{ status: "passed" }] }],
};

describe("countsOf", () => {
  it("takes passed, failed and skipped from the report", () => {
    const mixed = { ...report, numFailedTests: 2, numPendingTests: 3, numTodoTests: 1 };
    mixed.testResults = [{ status: "failed", assertionResults: [{ status: "failed" }] }];
    expect(countsOf(mixed, 1)).toMatchObject({ passed: 7, failed: 2, skipped: 4, broken: 0 });
  });

  it("counts a file that can't be loaded as broken", () => {
    const unloadable = { ...report, testResults: [{ status: "failed", assertionResults: [] }] };
    expect(countsOf(unloadable, 1)).toMatchObject({ passed: 7, broken: 1 });
  });

  it("does not believe a good report of a process that failed", () => {
    expect(countsOf(report, 1)).toMatchObject({ passed: 7, broken: 1 });
    expect(countsOf(report, null)).toMatchObject({ broken: 1 });
  });

  it("counts a missing or foreign report as broken", () => {
    expect(countsOf(undefined, 0)).toMatchObject({ passed: 0, broken: 1 });
    expect(countsOf({ success: true }, 0)).toMatchObject({ broken: 1 });
  });
});

describe("the sum of all runs", () => {
  it("adds every level", () => {
    const unit = { ...noCounts, passed: 10, failed: 1 };
    const contract = {
      ...noCounts,
      passed: 5,
      broken: 1,
      skipped: 2,
      failures: ["failed: contract"],
    };
    expect(addCounts(unit, contract)).toEqual({
      passed: 15,
      failed: 1,
      skipped: 2,
      broken: 1,
      notRun: 0,
      failures: ["failed: contract"],
    });
  });

  it("is one line in which what is broken counts as failed", () => {
    expect(summaryLine({ ...noCounts, passed: 15, failed: 1, broken: 1 })).toBe(
      "15 passed, 2 failed",
    );
  });
});

describe("verdict", () => {
  it("passes a person's run in which a level could not run", () => {
    const { passed } = verdict({ ...noCounts, passed: 3, notRun: 1 }, { underCi: false });
    expect(passed).toBe(true);
  });

  it("fails the same run under CI, visibly in the sum", () => {
    const { passed, counts } = verdict({ ...noCounts, passed: 3, notRun: 1 }, { underCi: true });
    expect(passed).toBe(false);
    expect(summaryLine(counts)).toBe("3 passed, 1 failed");
  });

  it("counts skipped tests as failed under CI", () => {
    const { counts } = verdict({ ...noCounts, passed: 3, skipped: 2 }, { underCi: true });
    expect(summaryLine(counts)).toBe("3 passed, 2 failed");
  });

  it("fails a run without any test", () => {
    expect(verdict(noCounts, { underCi: false }).passed).toBe(false);
  });
});
