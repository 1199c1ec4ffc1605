// `npm start`: from a fresh clone to the frege cluster as Pulumi sees it.
import { spawn } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { run } from "./command.mjs";
import { localBackend, localStack } from "./local-backend.mjs";
import { repository } from "./paths.mjs";
import { makeProgress } from "./progress.mjs";
import { setUp } from "./setup.mjs";

const stack = "frege";
const program = path.join(repository, "bin", "index.js");

/**
 * Runs a program on the user's terminal.
 * @param {string} name
 * @param {string[]} args
 * @param {{ cwd: string, env: NodeJS.ProcessEnv }} place
 * @returns {Promise<number>} its status
 */
async function show(name, args, place) {
  const child = spawn(name, args, { ...place, stdio: "inherit" });
  return await new Promise((resolve, reject) => {
    child.once("error", reject);
    child.once("close", (status) => resolve(status ?? 1));
  });
}

/**
 * How long Node takes to load what the program imports; Pulumi pays it at every preview and every update.
 * @returns {Promise<number>} milliseconds
 */
async function programLoadMs() {
  const imports = [...readFileSync(program, "utf8").matchAll(/require\("([^"]+)"\)/g)];
  const names = JSON.stringify(imports.map(([, name]) => name));
  const script = `const began = performance.now();
    const load = require("node:module").createRequire(${JSON.stringify(program)});
    for (const name of ${names}) load(name);
    console.log(performance.now() - began);
    process.exit(0);`;
  const result = await run(process.execPath, ["-e", script], { cwd: repository });
  return Number(result.stdout.trim().split("\n").at(-1));
}

async function main() {
  const progress = makeProgress();
  await setUp(progress);
  if (!existsSync(program)) throw new Error(`${program} is missing although set-up has compiled`);
  const env = localBackend();
  const project = await localStack(stack, env);
  progress.say("program", `loads in ${Math.round(await programLoadMs())} ms`);
  const began = performance.now();
  const status = await show("pulumi", ["preview", "--stack", stack], { cwd: project, env });
  const seconds = ((performance.now() - began) / 1000).toFixed(1);
  progress.say("preview", `of ${stack} ended with status ${status} in ${seconds} s`);
  return status;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  try {
    process.exitCode = await main();
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.message : error}\n`);
    process.exitCode = 1;
  }
}
