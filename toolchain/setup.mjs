// Set-up: everything that this project needs on this machine, in one step that may be repeated and interrupted.
// Runs on a fresh clone, so nothing here may need node_modules before the npm step has made it.
import path from "node:path";
import { fileURLToPath } from "node:url";
import { withLock } from "./lock.mjs";
import { cacheFolder, repository, toolchainFile } from "./paths.mjs";
import { neededPlugins, providePlugin, pulumiHome } from "./plugins.mjs";
import { makeProgress } from "./progress.mjs";
import { choosePulumiCli, providePulumiCli } from "./pulumi-cli.mjs";
import { writeAtomically } from "./stamp.mjs";
import { installNpmPackages } from "./steps/npm-packages.mjs";

/**
 * @param {import("./progress.mjs").Progress} [progress]
 * @returns {Promise<import("./paths.mjs").Toolchain>}
 */
export async function setUp(progress = makeProgress()) {
  const checkoutLock = path.join(repository, ".proxmox-ha", "setup.lock");
  const cacheLock = path.join(cacheFolder(), "setup.lock");
  /** @param {string} holder */
  const waiting = (holder) => progress.say("set-up", `waiting for another set-up (${holder})`);
  return await withLock(checkoutLock, waiting, async () => {
    await installNpmPackages(progress);
    return await withLock(cacheLock, waiting, async () => await provideToolchain(progress));
  });
}

/** @param {import("./progress.mjs").Progress} progress */
async function provideToolchain(progress) {
  const cli = await providePulumiCli(await choosePulumiCli(), progress);
  progress.say("pulumi CLI", `${cli.version} at ${cli.path}; ${cli.reason}`);
  /** @type {Record<string, import("./paths.mjs").Program>} */
  const plugins = {};
  for (const name of neededPlugins()) {
    const plugin = await providePlugin(name, progress);
    progress.say(`plugin ${name}`, `${plugin.version} at ${plugin.path}; ${plugin.reason}`);
    plugins[name] = plugin;
  }
  /** @type {import("./paths.mjs").Toolchain} */
  const toolchain = {
    schemaVersion: 1,
    pulumi: cli,
    pulumiHome: pulumiHome(),
    plugins,
    pythonVenv: null,
    environment: {
      PULUMI_HOME: pulumiHome(),
      PULUMI_SKIP_UPDATE_CHECK: "true",
      // Set-up has proved the plugins in its own folder; one on PATH would take precedence unproved.
      PULUMI_IGNORE_AMBIENT_PLUGINS: "true",
      PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION: "true",
      PULUMI_AUTOMATION_API_SKIP_VERSION_CHECK: "true",
    },
    pathPrefix: [cli.binFolder],
  };
  writeAtomically(toolchainFile(), `${JSON.stringify(toolchain, null, 2)}\n`);
  return toolchain;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  try {
    await setUp();
  } catch (error) {
    process.stderr.write(`set-up failed: ${error instanceof Error ? error.message : error}\n`);
    process.exitCode = 1;
  }
}
