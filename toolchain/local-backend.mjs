import { randomBytes } from "node:crypto";
import { chmodSync, existsSync, mkdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { runOrFail } from "./command.mjs";
import { repository, stateFolder } from "./paths.mjs";
import environment from "./pulumi-environment.cjs";
import { readIfThere, writeAtomically } from "./stamp.mjs";

/**
 * A place for state and secrets on this machine, for whoever has not chosen one. What the environment says about
 * back-end and passphrase comes first.
 * @param {NodeJS.ProcessEnv} [base]
 * @returns {NodeJS.ProcessEnv}
 */
export function localBackend(base = process.env) {
  const folder = stateFolder(base);
  const env = environment.pulumiEnvironment(base);
  if (!env.PULUMI_BACKEND_URL) {
    const backend = path.join(folder, "pulumi");
    mkdirSync(backend, { recursive: true, mode: 0o700 });
    env.PULUMI_BACKEND_URL = `file://${backend}`;
  }
  if (env.PULUMI_CONFIG_PASSPHRASE === undefined && !env.PULUMI_CONFIG_PASSPHRASE_FILE)
    env.PULUMI_CONFIG_PASSPHRASE_FILE = passphraseFile(path.join(folder, "passphrase"));
  return env;
}

/**
 * Made once: a second passphrase could not read what the first one encrypted.
 * @param {string} file
 */
function passphraseFile(file) {
  if (!existsSync(file)) {
    mkdirSync(path.dirname(file), { recursive: true, mode: 0o700 });
    writeAtomically(file, `${randomBytes(32).toString("base64url")}\n`, 0o600);
  }
  chmodSync(file, 0o600);
  return file;
}

/**
 * Pulumi writes the salt of its encryption into the stack file that it is given. The committed one stays as it is:
 * Pulumi gets a copy, brought up to date at each run, that keeps the salt of this machine.
 * @param {string} stack
 * @param {NodeJS.ProcessEnv} env
 * @returns {Promise<string>} the copy, for `--config-file`
 */
export async function localStack(stack, env) {
  const project = path.join(stateFolder(env), "project");
  const name = `Pulumi.${stack}.yaml`;
  const copy = path.join(project, name);
  const salt = /^encryptionsalt: .*$/m.exec(readIfThere(copy)?.toString() ?? "")?.[0];
  const committed = readFileSync(path.join(repository, name), "utf8");
  writeAtomically(
    path.join(project, "Pulumi.yaml"),
    readFileSync(path.join(repository, "Pulumi.yaml"), "utf8"),
  );
  writeAtomically(copy, salt ? `${salt}\n${committed}` : committed, 0o600);
  const args = ["stack", "select", "--create", "--non-interactive", stack];
  await runOrFail("pulumi", args, { cwd: project, env });
  return copy;
}
