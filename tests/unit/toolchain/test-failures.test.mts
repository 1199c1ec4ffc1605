import path from "node:path";
import { describe, expect, it } from "vitest";
import { repository } from "../../../toolchain/paths.mjs";
import { failuresIn } from "../../../toolchain/test-failures.mjs";

const inRepository = (name: string) => path.join(repository, "tests", name);

describe("what failed, told again at the end of a run", () => {
  it("is each failed test with its file, its name and its reason, and nothing that passed", () => {
    const assertionResults = [
      { status: "passed", fullName: "a pool is made" },
      {
        status: "failed",
        fullName: "a pool is kept",
        failureMessages: ["AssertionError: 2\n  at x"],
      },
    ];
    const testResults = [
      { status: "failed", name: inRepository("pool.test.ts"), assertionResults },
      { status: "passed", name: inRepository("disk.test.ts"), assertionResults: [] },
    ];
    expect(failuresIn({ testResults })).toEqual([
      "failed: tests/pool.test.ts > a pool is kept\n    AssertionError: 2\n      at x",
    ]);
  });

  it("is a file that could not be run, with why", () => {
    const testResults = [
      {
        status: "failed",
        name: inRepository("pool.test.ts"),
        message: "no such module",
        assertionResults: [{ status: "skipped", fullName: "a pool is made" }],
      },
    ];
    expect(failuresIn({ testResults })).toEqual(["failed: tests/pool.test.ts\n    no such module"]);
  });

  it("is no more of a message than leaves room for the others", () => {
    const failureMessages = [Array.from({ length: 200 }, (_, at) => `line ${at}`).join("\n")];
    const assertionResults = [{ status: "failed", fullName: "a", failureMessages }];
    const testResults = [{ status: "failed", name: inRepository("a.test.ts"), assertionResults }];
    expect(failuresIn({ testResults })[0]?.split("\n")).toHaveLength(13);
  });
});
