import { randomBytes } from "node:crypto";
import {
  chmodSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
} from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";
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
    // Pulumi replaces a state file as a whole, but writes its sidecar in place: a run killed at that moment would leave an
    // empty one, with which no later run can read the state.
    env.PULUMI_BACKEND_URL = `file://${backend}?metadata=skip`;
  }
  dropCutSidecars(env.PULUMI_BACKEND_URL);
  if (env.PULUMI_CONFIG_PASSPHRASE === undefined && !env.PULUMI_CONFIG_PASSPHRASE_FILE)
    env.PULUMI_CONFIG_PASSPHRASE_FILE = passphraseFile(path.join(folder, "passphrase"));
  return env;
}

/**
 * A back-end of the user's own in a folder has sidecars. An empty one is what a killed run left; nothing is lost with it,
 * as the state itself is whole.
 * @param {string} url
 */
function dropCutSidecars(url) {
  if (!url.startsWith("file:///")) return;
  const stacks = path.join(fileURLToPath(url), ".pulumi", "stacks");
  const files = existsSync(stacks)
    ? readdirSync(stacks, { recursive: true, encoding: "utf8" })
    : [];
  for (const file of files.map((name) => path.join(stacks, name))) {
    if (file.endsWith(".attrs") && statSync(file).size === 0) rmSync(file, { force: true });
  }
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

/** As `Pulumi.yaml` has it. */
const PROJECT = "proxmox-ha";
const keyService = /^(secretsprovider|encryptedkey): .*\n?/gm;

/**
 * A run in a twin has its name there; `off` says of a machine that it has none.
 * @param {NodeJS.ProcessEnv} env
 */
export const isInTwin = ({ PROXMOX_HA_TWIN: twin }) => Boolean(twin) && twin !== "off";

/**
 * Plain `pulumi up` leaves its salt in the committed file, and Pulumi refuses a file with two. A salt there belongs to the
 * user's passphrase and to what is encrypted with it; a twin has a passphrase of its own and so keeps its own salt.
 * @param {string} committed
 * @param {string} kept the copy of the last run
 * @param {boolean} inTwin
 * @returns {string}
 */
export function withOneSalt(committed, kept, inTwin) {
  const salt = /^encryptionsalt: .*\n?/m;
  if (!inTwin && salt.test(committed)) return committed;
  const own = salt.exec(kept)?.[0].trimEnd();
  // A key service of the world is out of a twin's reach, and its state is not worth one.
  const bare = (inTwin ? committed.replace(keyService, "") : committed).replace(salt, "");
  return own ? `${own}\n${bare}` : bare;
}

/**
 * Pulumi makes a new stack with a passphrase, whatever key service its file names, unless it is told.
 * @param {string} stack
 * @param {string} text its file
 */
export function selection(stack, text) {
  const service = /^secretsprovider: +(["']?)(\S+)\1 *$/m.exec(text)?.[2];
  const encryption = service === undefined ? [] : ["--secrets-provider", service];
  return ["stack", "select", "--create", "--non-interactive", ...encryption, stack];
}

/**
 * Whether a back-end in a folder has a stack already. Of any other one that is not known without asking it.
 * @param {string | undefined} url
 * @param {string} stack
 */
export function liesInFolder(url, stack) {
  if (!url?.startsWith("file:///")) return false;
  const stacks = path.join(fileURLToPath(url), ".pulumi", "stacks");
  return existsSync(path.join(stacks, PROJECT, `${stack}.json`));
}

/**
 * Pulumi writes the salt of its encryption into the stack file beside the project file, and not only where it is told
 * to look for it. The committed one must stay as it is: Pulumi works in a folder of its own with copies of both, brought
 * up to date at each run, that keep the salt of this machine. The program itself stays where it is. Stack files may lie in
 * a folder of their own, which `PROXMOX_HA_PROJECT` names.
 * @param {string} stack
 * @param {NodeJS.ProcessEnv} env
 * @returns {Promise<string>} the folder to run `pulumi` in
 */
export async function localStack(stack, env) {
  const project = path.join(stateFolder(env), "project");
  const name = `Pulumi.${stack}.yaml`;
  const copy = path.join(project, name);
  const kept = readIfThere(copy)?.toString() ?? "";
  const committed = readFileSync(path.join(env.PROXMOX_HA_PROJECT || repository, name), "utf8");
  const settings = readFileSync(path.join(repository, "Pulumi.yaml"), "utf8");
  writeAtomically(
    path.join(project, "Pulumi.yaml"),
    `${settings.trimEnd()}\nmain: ${JSON.stringify(repository)}\n`,
  );
  const text = withOneSalt(committed, kept, isInTwin(env));
  writeAtomically(copy, text, 0o600);
  // Everything behind this names its stack, so one that is there need not be selected.
  if (!liesInFolder(env.PULUMI_BACKEND_URL, stack))
    await runOrFail("pulumi", selection(stack, text), { cwd: project, env });
  return project;
}
