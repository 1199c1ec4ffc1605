import path from "node:path";
import { pythonPackages } from "../../toolchain/steps/python-packages.mjs";

/** A program of the Python packages that set-up installs. */
export async function pythonProgram(name: string): Promise<string> {
  const { venv, current } = await pythonPackages();
  if (venv === null || !current) {
    throw new Error(`${name} is not installed: run \`npm run setup\``);
  }
  return path.join(venv, "bin", name);
}
