// `npm run check`: everything that can be said about the sources without running them.
import { availableParallelism } from "node:os";
import { fileURLToPath } from "node:url";
import { checks } from "./checks/all.mjs";
import { installPythonTools } from "./checks/python.mjs";
import { makeProgress } from "./progress.mjs";
import { installNpmPackages } from "./steps/npm-packages.mjs";

/** Accepts that the registry has no audit. What could not be asked for another reason still fails under CI. */
const withoutAudit = "--registry-without-audit";

/**
 * @param {import("./checks/all.mjs").Check[]} queue
 * @returns {Promise<(import("./checks/all.mjs").CheckResult & { name: string })[]>}
 */
async function runAll(queue) {
  const waiting = [...queue];
  /** @type {(import("./checks/all.mjs").CheckResult & { name: string })[]} */
  const results = [];
  const worker = async () => {
    for (let next = waiting.shift(); next; next = waiting.shift()) {
      const began = performance.now();
      const result = await next.check().catch((error) => ({
        outcome: /** @type {const} */ ("failed"),
        output: String(error instanceof Error ? error.message : error),
      }));
      report(next.name, result, performance.now() - began);
      results.push({ name: next.name, ...result });
    }
  };
  await Promise.all(Array.from({ length: availableParallelism() }, worker));
  return results;
}

/**
 * @param {string} name
 * @param {import("./checks/all.mjs").CheckResult} result
 * @param {number} durationMs
 */
function report(name, result, durationMs) {
  const seconds = `${(durationMs / 1000).toFixed(1)} s`.padStart(7);
  const note = result.note ? `  (${result.note})` : "";
  process.stdout.write(`${result.outcome.padEnd(11)} ${seconds}  ${name}${note}\n`);
  if (result.outcome === "failed") process.stdout.write(`${result.output ?? ""}\n\n`);
}

/**
 * What failed, and under CI also what did not run: nobody looks there whether a check was left out.
 * @param {(import("./checks/all.mjs").CheckResult & { name: string })[]} results
 * @param {{ underCi: boolean, auditMayBeMissing: boolean }} rules
 * @returns {{ passed: boolean, summary: string }}
 */
export function verdictOf(results, { underCi, auditMayBeMissing }) {
  const missing = results.filter(({ outcome }) => /^not /.test(outcome));
  const unexcused = missing.filter(({ outcome }) => outcome === "not run" || !auditMayBeMissing);
  const failed = results.filter(({ outcome }) => outcome === "failed");
  const passed = failed.length === 0 && !(underCi && unexcused.length > 0);
  const left = missing.map(({ name, outcome }) => `${outcome}: ${name}`).join(", ");
  return { passed, summary: `${passed ? "passed" : "failed"}${left && `, ${left}`}` };
}

/** @param {string[]} args */
async function main(args) {
  const began = performance.now();
  const names = args.filter((arg) => arg !== withoutAudit);
  const unknown = names.filter((name) => !checks.some((check) => check.name === name));
  if (unknown.length > 0) {
    process.stderr.write(
      `no check is called ${unknown.join(", ")}; there are: ${checks.map(({ name }) => name).join(", ")}\n`,
    );
    process.exitCode = 2;
    return;
  }
  const progress = makeProgress();
  await installNpmPackages(progress);
  // Without them the checks that need them say so, and fail under CI.
  await installPythonTools(progress).catch((error) =>
    progress.say("checks", error instanceof Error ? error.message : String(error)),
  );
  const chosen = names.length > 0 ? checks.filter(({ name }) => names.includes(name)) : checks;
  const { passed, summary } = verdictOf(await runAll(chosen), {
    underCi: process.env.CI === "true",
    auditMayBeMissing: args.includes(withoutAudit),
  });
  const seconds = ((performance.now() - began) / 1000).toFixed(1);
  process.stdout.write(`check ${summary}, in ${seconds} s\n`);
  process.exitCode = passed ? 0 : 1;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await main(process.argv.slice(2));
