import { spawn } from "node:child_process";

const mostLines = 40;

/**
 * @typedef {{ cwd?: string, env?: NodeJS.ProcessEnv, deadlineMs?: number, onLine?: (line: string) => void }} RunOptions
 * @typedef {{ status: number | null, signal: NodeJS.Signals | null, stdout: string, stderr: string }} Finished
 */

/**
 * Runs a program without standard input and waits for its end, whatever its status.
 * @param {string} program
 * @param {string[]} args
 * @param {RunOptions} [options]
 * @returns {Promise<Finished>}
 */
export function run(program, args, options = {}) {
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, {
      cwd: options.cwd,
      env: options.env ?? process.env,
      stdio: ["ignore", "pipe", "pipe"],
      timeout: options.deadlineMs,
    });
    const out = collect(child.stdout, options.onLine);
    const err = collect(child.stderr, options.onLine);
    child.on("error", (error) =>
      reject(new Error(`cannot run ${program}: ${error.message}`, { cause: error })),
    );
    child.on("close", (status, signal) =>
      resolve({ status, signal, stdout: out.join(""), stderr: err.join("") }),
    );
  });
}

/**
 * Like run, but a status other than 0 is an error that carries the end of what the program said.
 * @param {string} program
 * @param {string[]} args
 * @param {RunOptions} [options]
 */
export async function runOrFail(program, args, options = {}) {
  const result = await run(program, args, options);
  if (result.status === 0) return result;
  const how = result.signal
    ? `was ended by ${result.signal}`
    : `ended with status ${result.status}`;
  const said = excerpt(result.stderr.trim() || result.stdout.trim());
  throw new Error(`\`${[program, ...args].join(" ")}\` ${how} and said:\n${said}`);
}

/**
 * Compilers put the cause first, package managers in the middle of advice; both ends of it are rarely too much.
 * @param {string} text
 */
function excerpt(text) {
  const lines = text.split("\n");
  if (lines.length <= mostLines) return text;
  const half = mostLines / 2;
  return [
    ...lines.slice(0, half),
    `(${lines.length - mostLines} more lines)`,
    ...lines.slice(-half),
  ].join("\n");
}

/**
 * @param {import("node:stream").Readable} stream
 * @param {((line: string) => void) | undefined} onLine
 * @returns {string[]}
 */
function collect(stream, onLine) {
  /** @type {string[]} */
  const chunks = [];
  let rest = "";
  stream.setEncoding("utf8");
  stream.on("data", (/** @type {string} */ chunk) => {
    chunks.push(chunk);
    if (!onLine) return;
    const lines = (rest + chunk).split("\n");
    rest = lines.pop() ?? "";
    for (const line of lines) onLine(line);
  });
  return chunks;
}
