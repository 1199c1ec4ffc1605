import { appendFileSync } from "node:fs";

/**
 * Lines for the log of a job. Runners obey lines that begin with `::` and words like `##[`, and lines from hosts are no orders: each gets
 * a bar before it.
 * @param {readonly string[]} lines
 */
export function say(lines) {
  const harmless = lines
    .flatMap((line) => line.split(/\r\n|[\r\n]/))
    .map((line) => `| ${line.replaceAll("##[", "## [")}\n`);
  process.stdout.write(harmless.join(""));
}

/**
 * Shows Markdown on the job's own page, where the platform has one.
 * @param {string} markdown
 * @param {NodeJS.ProcessEnv} [env]
 */
export function summarise(markdown, env = process.env) {
  if (env.GITHUB_STEP_SUMMARY) appendFileSync(env.GITHUB_STEP_SUMMARY, markdown);
}

/**
 * Ends a script with one sentence where something is not as it needs it.
 * @param {() => Promise<number>} work gives the exit status
 */
export async function ended(work) {
  try {
    process.exitCode = await work();
  } catch (error) {
    say([error instanceof Error ? error.message : String(error)]);
    process.exitCode = 1;
  }
}
