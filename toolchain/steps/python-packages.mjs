import { existsSync } from "node:fs";
import path from "node:path";
import { run, runOrFail } from "../command.mjs";
import { cacheFolder } from "../paths.mjs";
import { readIfThere, stampOf, writeAtomically } from "../stamp.mjs";
import { readRequirements } from "./requirements.mjs";

const installSeconds = 60;
/** Debian's own, because python3-venv belongs to that one; a Python of the user's may lack the module. */
const python = "/usr/bin/python3";

/**
 * A virtual environment holds its own path, so it can't be made elsewhere and moved; each set of pins has a folder
 * of its own, and a stamp inside says that it is complete.
 */
export async function pythonPackages(/** @type {"python" | "bench"} */ list = "python") {
  const wanted = readRequirements()[list].map(({ name, version }) => `${name}==${version}`);
  if (wanted.length === 0) return { wanted, current: true, venv: null, stampFile: null };
  const interpreter = await run(python, ["--version"]).catch(() => undefined);
  const stamp = stampOf({ texts: [...wanted, interpreter?.stdout ?? "none"] });
  const venv = path.join(cacheFolder(), `python-${stamp.slice(0, 12)}`);
  const stampFile = path.join(venv, "complete");
  const complete =
    readIfThere(stampFile) !== undefined && existsSync(path.join(venv, "bin/python"));
  return { wanted, current: complete, venv, stampFile };
}

/**
 * @param {import("../progress.mjs").Progress} progress
 * @param {"python" | "bench"} [list] those of every set-up, or those of the benchmark alone
 * @returns {Promise<string | null>} the environment's folder; null when there is none on this machine
 */
export async function installPythonPackages(progress, list = "python") {
  const { wanted, current, venv, stampFile } = await pythonPackages(list);
  if (current || venv === null) return venv;
  const probe = await run(python, ["-m", "venv", "--help"]).catch(() => undefined);
  if (probe?.status !== 0 || (await run(python, ["-c", "import ensurepip"])).status !== 0) {
    const what = "python3-venv is missing, so the twin's Python packages are not installed";
    progress.say("Python packages", what);
    return null;
  }
  await progress.long(
    "Python packages",
    `installing ${wanted.join(" ")}`,
    installSeconds,
    async () => {
      await runOrFail(python, ["-m", "venv", "--clear", venv]);
      const pip = ["-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--no-input"];
      await runOrFail(path.join(venv, "bin", "python"), [...pip, ...wanted]);
    },
  );
  writeAtomically(stampFile, `${wanted.join("\n")}\n`);
  return venv;
}
