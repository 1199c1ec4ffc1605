// `npm run check`: everything that can be said about the sources without running them.
import { availableParallelism } from "node:os";
import { fileURLToPath } from "node:url";
import { checks } from "./checks/all.mjs";
import { makeProgress } from "./progress.mjs";
import { installNpmPackages } from "./steps/npm-packages.mjs";

/**
 * @param {import("./checks/all.mjs").Check[]} queue
 * @returns {Promise<boolean>} whether nothing failed
 */
async function runAll(queue) {
  const waiting = [...queue];
  let failed = 0;
  const worker = async () => {
    for (let next = waiting.shift(); next; next = waiting.shift()) {
      const began = performance.now();
      const result = await next.check().catch((error) => ({
        outcome: /** @type {const} */ ("failed"),
        output: String(error instanceof Error ? error.message : error),
      }));
      report(next.name, result, performance.now() - began);
      if (result.outcome === "failed") failed++;
    }
  };
  await Promise.all(Array.from({ length: availableParallelism() }, worker));
  return failed === 0;
}

/**
 * @param {string} name
 * @param {import("./checks/all.mjs").CheckResult} result
 * @param {number} durationMs
 */
function report(name, result, durationMs) {
  const seconds = `${(durationMs / 1000).toFixed(1)} s`.padStart(7);
  const note = result.note ? `  (${result.note})` : "";
  process.stdout.write(`${result.outcome.padEnd(8)} ${seconds}  ${name}${note}\n`);
  if (result.outcome === "failed") process.stdout.write(`${result.output ?? ""}\n\n`);
}

/** @param {string[]} names */
async function main(names) {
  const began = performance.now();
  const unknown = names.filter((name) => !checks.some((check) => check.name === name));
  if (unknown.length > 0) {
    process.stderr.write(
      `no check is called ${unknown.join(", ")}; there are: ${checks.map(({ name }) => name).join(", ")}\n`,
    );
    process.exitCode = 2;
    return;
  }
  await installNpmPackages(makeProgress());
  const chosen = names.length > 0 ? checks.filter(({ name }) => names.includes(name)) : checks;
  const passed = await runAll(chosen);
  const seconds = ((performance.now() - began) / 1000).toFixed(1);
  process.stdout.write(`check ${passed ? "passed" : "failed"} in ${seconds} s\n`);
  process.exitCode = passed ? 0 : 1;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await main(process.argv.slice(2));
