import path from "node:path";
import { repository } from "./paths.mjs";

/**
 * @typedef {{ status?: string, fullName?: string, failureMessages?: string[] }} TestResult
 * @typedef {{ status?: string, name?: string, message?: string, assertionResults: TestResult[] }} FileResult
 */

/** More of a message hides the next failure; the run itself has it whole. */
const MOST_LINES = 12;

/**
 * What failed in a report of vitest's, each with its file, its name and how its message begins. A run prints it again at
 * its end, because often only the end of a log is kept.
 * @param {{ testResults: readonly FileResult[] }} report
 * @returns {string[]}
 */
export function failuresIn(report) {
  return report.testResults
    .filter((file) => file.status === "failed")
    .flatMap((file) => {
      const name = path.relative(repository, file.name ?? "a file without a name");
      const failed = file.assertionResults.filter((test) => test.status === "failed");
      if (failed.length === 0) return [told(name, file.message ?? "")];
      return failed.map((test) =>
        told(`${name} > ${test.fullName ?? ""}`, test.failureMessages?.join("\n") ?? ""),
      );
    });
}

/** @param {string} what @param {string} message */
function told(what, message) {
  const lines = message.trimEnd().split("\n");
  const shown = lines.slice(0, MOST_LINES).map((line) => `    ${line}`.trimEnd());
  return [`failed: ${what}`, ...shown].join("\n").trimEnd();
}
