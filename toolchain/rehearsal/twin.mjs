import { spawn } from "node:child_process";
import { once } from "node:events";
import path from "node:path";
import { repository } from "../paths.mjs";

const commandLine = path.join(repository, "bin", "automation", "main.js");

/** @typedef {{ status: number, stdout: string, stderr: string }} Result */

/**
 * Runs the project's own command line on the user's terminal.
 * @param {string[]} words
 * @returns {Promise<number>} its status
 */
export async function show(words) {
  const child = spawn(process.execPath, [commandLine, ...words], { stdio: "inherit" });
  const [status] = await once(child, "close");
  return status ?? 1;
}

/**
 * Runs it and keeps what it says.
 * @param {string[]} words
 * @param {(text: string) => void} [heard] gets all output so far, each time that there is more
 * @returns {Promise<Result>}
 */
export async function ask(words, heard = () => {}) {
  const child = spawn(process.execPath, [commandLine, ...words], {
    stdio: ["ignore", "pipe", "pipe"],
  });
  let stdout = "";
  let stderr = "";
  child.stdout.setEncoding("utf8").on("data", (text) => {
    stdout += text;
    heard(stdout);
  });
  child.stderr.setEncoding("utf8").on("data", (text) => {
    stderr += text;
  });
  const [status] = await once(child, "close");
  return { status: status ?? 1, stdout, stderr };
}

/**
 * The words that run the command line inside a twin.
 * @param {string} twin
 * @param {string[]} words
 */
export const inside = (twin, words) => [
  "twin",
  "run",
  twin,
  "--",
  process.execPath,
  commandLine,
  ...words,
];

/**
 * What a twin says of itself; undefined when there is none that answers.
 * @param {string} twin
 * @returns {Promise<TwinStatus | undefined>}
 */
export async function twinStatus(twin) {
  const { stdout } = await ask(["twin", "status", twin, "--json"]);
  if (!stdout.startsWith("{")) return undefined;
  return JSON.parse(stdout);
}

/**
 * @typedef {{
 *   phase: string,
 *   hosts: { name: string, power: string }[],
 *   cables: { name: string, state: string }[],
 *   real: string[],
 *   replaced: { what: string, by: string }[],
 *   remarks: string[],
 * }} TwinStatus
 */

/**
 * Starts a twin, or uses the one that runs.
 * @param {string} stack
 * @param {(line: string) => void} say
 * @returns {Promise<boolean>} whether it runs
 */
export async function ensureTwin(stack, say) {
  const status = await twinStatus(stack);
  const dark = status?.hosts.filter(({ power }) => power !== "on") ?? [];
  if (status?.phase === "ready" && dark.length === 0) {
    say(`the twin ${stack} runs already and is used as it is`);
    return true;
  }
  if (status !== undefined) {
    say(`what is left of the twin ${stack} is removed (${dark.length} hosts are off)`);
    if ((await show(["twin", "down", stack])) !== 0) return false;
  }
  say(`the twin ${stack} starts: the hosts of Pulumi.${stack}.yaml, freshly installed`);
  return (await show(["twin", "up", stack])) === 0;
}
