import { spawn } from "node:child_process";
import { mkdirSync, rmSync } from "node:fs";
import path from "node:path";
import { readToolchain, repository } from "./paths.mjs";
import environment from "./pulumi-environment.cjs";
import { filesBelow, readIfThere } from "./stamp.mjs";
import { countsOf, noCounts } from "./test-counts.mjs";

/** As in vitest.config.mts: a level is the product's tests and those that the twin keeps inside. */
const testFolders = ["tests", path.join("twin", "tests")];

/**
 * Runs one vitest project; its own report goes to the terminal, the numbers come from a file. Tests in a folder named
 * long/ belong to `npm run test:all` only.
 * @param {string} project
 * @param {{ all: boolean }} options
 * @returns {Promise<import("./test-counts.mjs").Counts>}
 */
export async function runProject(project, { all }) {
  const long = (/** @type {string} */ file) => file.split(path.sep).includes("long");
  const tests = testFolders.flatMap((folder) =>
    filesBelow(
      path.join(repository, folder, project),
      (file) => /\.test\.m?ts$/.test(file) && (all || !long(file)),
    ),
  );
  if (tests.length === 0) {
    process.stdout.write(`${project}: there are no test files\n`);
    return noCounts;
  }
  const reports = path.join(repository, ".proxmox-ha", "test-reports");
  const reportFile = path.join(reports, `${project}.json`);
  mkdirSync(reports, { recursive: true });
  rmSync(reportFile, { force: true });
  const vitest = path.join(repository, "node_modules", "vitest", "vitest.mjs");
  const args = [vitest, "run", "--project", project];
  if (!all) args.push("--exclude=**/long/**");
  args.push("--reporter=default", "--reporter=json", `--outputFile.json=${reportFile}`);
  const child = spawn(process.execPath, args, {
    cwd: repository,
    stdio: ["ignore", "inherit", "inherit"],
    env: testEnvironment(),
  });
  const status = await new Promise((resolve, reject) => {
    child.once("error", reject);
    child.once("close", resolve);
  });
  const text = readIfThere(reportFile)?.toString();
  return countsOf(text === undefined ? undefined : JSON.parse(text), status);
}

/** Tests that run Pulumi get the CLI that set-up chose, and the Python tools of the virtual environment. */
function testEnvironment() {
  const base = environment.pulumiEnvironment(process.env);
  const venv = readToolchain()?.pythonVenv;
  return venv ? { ...base, PROXMOX_HA_PYTHON: path.join(venv, "bin", "python") } : base;
}
