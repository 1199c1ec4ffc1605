import { failuresIn } from "./test-failures.mjs";

/**
 * `broken` counts what failed outside of a test: a file that can't be loaded, a hook, an error nobody caught;
 * `failures` say what failed, test or file.
 * @typedef {{
 *   passed: number, failed: number, skipped: number, broken: number, notRun: number, failures: readonly string[],
 * }} Counts
 */

/** @type {Readonly<Counts>} */
export const noCounts = { passed: 0, failed: 0, skipped: 0, broken: 0, notRun: 0, failures: [] };

/**
 * @param {Counts} a
 * @param {Counts} b
 * @returns {Counts}
 */
export function addCounts(a, b) {
  return {
    passed: a.passed + b.passed,
    failed: a.failed + b.failed,
    skipped: a.skipped + b.skipped,
    broken: a.broken + b.broken,
    notRun: a.notRun + b.notRun,
    failures: [...a.failures, ...b.failures],
  };
}

/**
 * Reads the report of vitest's JSON reporter together with how the process ended: a run whose status is not 0 has
 * failed even if every test in its report passed.
 * @param {unknown} report undefined if there is none
 * @param {number | null} status
 * @returns {Counts}
 */
export function countsOf(report, status) {
  if (!isReport(report)) return { ...noCounts, broken: 1 };
  const passed = report.numPassedTests;
  const failed = report.numFailedTests;
  const skipped = report.numPendingTests + report.numTodoTests;
  const brokenFiles = report.testResults.filter(
    (file) => file.status === "failed" && !file.assertionResults.some(isFailed),
  ).length;
  const unexplained = status !== 0 && failed === 0 && brokenFiles === 0 ? 1 : 0;
  const broken = brokenFiles + unexplained;
  return { passed, failed, skipped, broken, notRun: 0, failures: failuresIn(report) };
}

/** @param {import("./test-failures.mjs").TestResult} result */
const isFailed = (result) => result.status === "failed";

/**
 * @typedef {{
 *   numPassedTests: number, numFailedTests: number, numPendingTests: number, numTodoTests: number,
 *   testResults: import("./test-failures.mjs").FileResult[],
 * }} Report
 * @param {unknown} report
 * @returns {report is Report}
 */
function isReport(report) {
  if (typeof report !== "object" || report === null) return false;
  const fields = ["numPassedTests", "numFailedTests", "numPendingTests", "numTodoTests"];
  const content = /** @type {Record<string, unknown>} */ (report);
  return fields.every((field) => typeof content[field] === "number") && "testResults" in content;
}

/** @param {Counts} counts */
export function summaryLine(counts) {
  return `${counts.passed} passed, ${counts.failed + counts.broken} failed`;
}

/**
 * Nothing that did not run may look like a success in CI: there a skipped test and a level that could not run are
 * failures. A person at a machine that can't start a twin is told and not blamed.
 * @param {Counts} counts
 * @param {{ underCi: boolean }} circumstances
 * @returns {{ counts: Counts, remarks: string[], passed: boolean }}
 */
export function verdict(counts, { underCi }) {
  /** @type {string[]} */
  const remarks = [];
  const left = counts.skipped + counts.notRun;
  if (counts.skipped > 0) remarks.push(`${counts.skipped} tests were skipped`);
  if (underCi && left > 0) remarks.push("under CI=true what did not run counts as failed");
  const judged = underCi ? { ...counts, failed: counts.failed + left } : counts;
  if (judged.passed === 0 && judged.failed + judged.broken === 0) {
    remarks.push("no test ran at all");
    return { counts: { ...judged, broken: 1 }, remarks, passed: false };
  }
  return { counts: judged, remarks, passed: judged.failed + judged.broken === 0 };
}
