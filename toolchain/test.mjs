// `npm test`: every level of tests, from set-up to the sum of all of them.
import { fileURLToPath } from "node:url";
import { makeProgress } from "./progress.mjs";
import { setUp } from "./setup.mjs";
import { installDebianPackages } from "./steps/debian-packages.mjs";
import { addCounts, noCounts, summaryLine, verdict } from "./test-counts.mjs";
import { runProject } from "./test-project.mjs";
import { twinObstacles } from "./twin-obstacles.mjs";

const levels = /** @type {const} */ (["unit", "components", "contract", "e2e"]);

/**
 * @param {{ all: boolean, only: string[] }} wish
 * @returns {Promise<import("./test-counts.mjs").Counts>}
 */
async function runLevels({ all, only }) {
  const progress = makeProgress();
  progress.say("set-up", "begins");
  await setUp(progress);
  if (all) await installDebianPackages(progress, "long");
  let total = noCounts;
  for (const level of levels.filter((name) => only.length === 0 || only.includes(name))) {
    const obstacles = level === "e2e" ? await twinObstacles() : [];
    if (obstacles.length > 0) {
      process.stdout.write(`e2e: not run: ${obstacles.join("; ")}\n`);
      total = addCounts(total, { ...noCounts, notRun: 1 });
      continue;
    }
    progress.say(level, "begins");
    const counts = await runProject(level, { all });
    progress.say(
      level,
      summaryLine(counts) + (counts.skipped ? `, ${counts.skipped} skipped` : ""),
    );
    total = addCounts(total, counts);
  }
  return total;
}

/** @param {string[]} args */
async function main(args) {
  const only = args.filter((name) => levels.some((level) => level === name));
  const all = args.includes("--all");
  const underCi = process.env.CI === "true";
  const { counts, remarks, passed } = verdict(await runLevels({ all, only }), { underCi });
  for (const failure of counts.failures) process.stdout.write(`${failure}\n`);
  for (const remark of remarks) process.stdout.write(`${remark}\n`);
  process.stdout.write(`${summaryLine(counts)}\n`);
  process.exitCode = passed ? 0 : 1;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  try {
    await main(process.argv.slice(2));
  } catch (error) {
    process.stdout.write(`${error instanceof Error ? error.message : error}\n`);
    process.stdout.write(`${summaryLine({ ...noCounts, failed: 1 })}\n`);
    process.exitCode = 1;
  }
}
