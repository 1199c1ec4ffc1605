import path from "node:path";
import { run } from "../command.mjs";
import { withLock } from "../lock.mjs";
import { cacheFolder, repository } from "../paths.mjs";
import { installDebianPackages } from "../steps/debian-packages.mjs";
import { installPythonPackages, pythonPackages } from "../steps/python-packages.mjs";

/** @typedef {import("./all.mjs").CheckResult} CheckResult */

/**
 * The checks' own tools for Python lie in the virtual environment that set-up makes; a clean clone has none yet.
 * @param {import("../progress.mjs").Progress} progress
 */
export async function installPythonTools(progress) {
  const lock = path.join(cacheFolder(), "setup.lock");
  const waiting = (/** @type {string} */ holder) =>
    progress.say("checks", `waiting for a set-up (${holder})`);
  await withLock(lock, waiting, async () => {
    if ((await pythonPackages()).current) return;
    await installDebianPackages(progress);
    await installPythonPackages(progress);
  });
}

/** Strict, of what runs on hosts; `pyproject.toml` says which files. */
export const pythonTypes = () => tool("mypy", []);

/** @param {string[]} files */
export const pythonLint = (files) => tool("ruff", ["check", "--quiet", ...files]);

/**
 * @param {string} name
 * @param {string[]} args
 * @returns {Promise<CheckResult>}
 */
async function tool(name, args) {
  const { venv, current } = await pythonPackages();
  if (venv === null || !current) return { outcome: "not run", note: `there is no ${name}` };
  const { status, stdout, stderr } = await run(path.join(venv, "bin", name), args, {
    cwd: repository,
  });
  return status === 0
    ? { outcome: "passed" }
    : { outcome: "failed", output: `${stdout}${stderr}`.trim() };
}
