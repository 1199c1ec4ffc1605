import { spawn } from "node:child_process";
import path from "node:path";
import { fileURLToPath } from "node:url";

const program = fileURLToPath(new URL("../../toolchain/proxmox-ha.cjs", import.meta.url));

/** No answer of a verb comes near it. */
const mostBytes = 64 * 1024 * 1024;

/**
 * @typedef {{ status: number, answer: unknown }} Ended what a verb ended with, and its JSON
 */

/**
 * Runs a verb of the program with `--json` and waits for its end. What it says beside that goes to the log of the job. A platform that
 * ends the job signals this process alone, so the verb is told.
 * @param {string} verb
 * @param {string} stack
 * @returns {Promise<Ended>}
 */
export async function runVerb(verb, stack) {
  const child = spawn(process.execPath, [program, verb, stack, "--json"], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  const tell = (/** @type {NodeJS.Signals} */ signal) => child.kill(signal);
  process.on("SIGINT", tell);
  process.on("SIGTERM", tell);
  /** @type {Buffer[]} */
  const chunks = [];
  let bytes = 0;
  child.stdout.on("data", (/** @type {Buffer} */ chunk) => {
    bytes += chunk.length;
    if (bytes <= mostBytes) chunks.push(chunk);
  });
  /** @type {number | null} */
  const status = await new Promise((resolve, reject) => {
    child.on("error", reject);
    child.on("close", resolve);
  });
  process.off("SIGINT", tell);
  process.off("SIGTERM", tell);
  return { status: status ?? 1, answer: jsonOf(Buffer.concat(chunks).toString("utf8"), verb) };
}

/**
 * @param {string} text
 * @param {string} verb
 * @returns {unknown}
 */
function jsonOf(text, verb) {
  try {
    return JSON.parse(text);
  } catch {
    throw new Error(
      `\`${path.basename(program, ".cjs")} ${verb}\` gave no JSON. What it said stands above; was set-up run in its checkout?`,
    );
  }
}

/**
 * The stack that a script is for: its only word.
 * @param {string} script
 * @returns {string}
 */
export function stackWord(script) {
  const [stack, ...more] = process.argv.slice(2);
  if (stack === undefined || stack.startsWith("-") || more.length > 0) {
    process.stderr.write(`Write: node ${script} <stack>\n`);
    process.exit(2);
  }
  return stack;
}
