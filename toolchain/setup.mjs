// Set-up: everything that this project needs on this machine, in one step that may be repeated and interrupted.
// It starts on a fresh clone, so nothing here may need node_modules before the npm step has made it.
import path from "node:path";
import { fileURLToPath } from "node:url";
import { withLock } from "./lock.mjs";
import { cacheFolder, repository, toolchainFile } from "./paths.mjs";
import { neededPlugins, providePlugin, pulumiHome } from "./plugins.mjs";
import { printPlan } from "./print-plan.mjs";
import { makeProgress } from "./progress.mjs";
import { choosePulumiCli, providePulumiCli } from "./pulumi-cli.mjs";
import { shellExports } from "./shell-exports.mjs";
import { writeAtomically } from "./stamp.mjs";
import { compile } from "./steps/compile.mjs";
import { installDebianPackages } from "./steps/debian-packages.mjs";
import { installNpmPackages } from "./steps/npm-packages.mjs";
import { installPythonPackages } from "./steps/python-packages.mjs";
import { twinWanted } from "./steps/requirements.mjs";

/**
 * @param {import("./progress.mjs").Progress} [progress]
 * @returns {Promise<import("./paths.mjs").Toolchain>}
 */
export async function setUp(progress = makeProgress()) {
  const checkoutLock = path.join(repository, ".proxmox-ha", "setup.lock");
  return await withLock(checkoutLock, waiting(progress), async () => {
    await installNpmPackages(progress);
    const toolchain = await provideToolchain(progress);
    await compile(progress);
    return toolchain;
  });
}

/** @param {import("./progress.mjs").Progress} progress */
const waiting = (progress) => (/** @type {string} */ holder) =>
  progress.say("set-up", `waiting for another set-up (${holder})`);

/**
 * What lies outside the checkout: needs the npm packages, for the plugins' proof.
 * @param {import("./progress.mjs").Progress} [progress]
 */
export function provideToolchain(progress = makeProgress()) {
  const lock = path.join(cacheFolder(), "setup.lock");
  return withLock(lock, waiting(progress), () => fillCache(progress));
}

/**
 * The Debian and Python packages wait for the network most of the time and the builds for the processor, so they go
 * side by side.
 * @param {import("./progress.mjs").Progress} progress
 */
async function fillCache(progress) {
  const machine = twinWanted() ? installTwinPackages(progress) : Promise.resolve(null);
  const [programs, pythonVenv] = await bothSettled(provideProgramsOfPulumi(progress), machine);
  const { cli, plugins } = programs;
  /** @type {import("./paths.mjs").Toolchain} */
  const toolchain = {
    schemaVersion: 1,
    pulumi: cli,
    pulumiHome: pulumiHome(),
    plugins,
    pythonVenv,
    environment: {
      PULUMI_HOME: pulumiHome(),
      PULUMI_SKIP_UPDATE_CHECK: "true",
      // Set-up has proved the plugins in its own folder; one on PATH would take precedence unproved.
      PULUMI_IGNORE_AMBIENT_PLUGINS: "true",
      PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION: "true",
    },
    pathPrefix: [cli.binFolder],
  };
  writeAtomically(toolchainFile(), `${JSON.stringify(toolchain, null, 2)}\n`);
  return toolchain;
}

/** @param {import("./progress.mjs").Progress} progress */
async function installTwinPackages(progress) {
  await installDebianPackages(progress);
  return await installPythonPackages(progress);
}

/** @param {import("./progress.mjs").Progress} progress */
async function provideProgramsOfPulumi(progress) {
  const cli = await providePulumiCli(await choosePulumiCli(), progress);
  if (cli.source !== "cache") progress.say("pulumi CLI", `${cli.path}: ${cli.reason}`);
  /** @type {Record<string, import("./paths.mjs").Program>} */
  const plugins = {};
  for (const name of neededPlugins()) {
    const plugin = await providePlugin(name, progress);
    if (plugin.source !== "cache")
      progress.say(`plugin ${name}`, `${plugin.path}: ${plugin.reason}`);
    plugins[name] = plugin;
  }
  return { cli, plugins };
}

/**
 * Lets the slower one finish when the faster one fails: half an apt-get must not go on behind an error message.
 * @template A, B
 * @param {Promise<A>} first
 * @param {Promise<B>} second
 * @returns {Promise<[A, B]>}
 */
async function bothSettled(first, second) {
  await Promise.allSettled([first, second]);
  return [await first, await second];
}

const usage = `npm run setup             installs what is missing
npm run setup -- --print  says what would be used and why, and changes nothing
npm run setup -- --env    prints the environment for pulumi, for a shell's eval`;

/** @param {string[]} args */
async function main(args) {
  if (args.length === 0) {
    const began = performance.now();
    const progress = makeProgress();
    await setUp(progress);
    const seconds = ((performance.now() - began) / 1000).toFixed(1);
    progress.say("set-up", `everything is in place (${seconds} s)`);
  } else if (args[0] === "--print") await printPlan((line) => process.stdout.write(`${line}\n`));
  else if (args[0] === "--env") process.stdout.write(shellExports());
  else {
    process.stderr.write(`set-up doesn't know ${args.join(" ")}.\n${usage}\n`);
    process.exitCode = 2;
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  main(process.argv.slice(2)).catch((error) => {
    const why = error instanceof Error ? error.message : String(error);
    process.stderr.write(`set-up failed: ${why}\n`);
    process.exitCode = 1;
  });
}
