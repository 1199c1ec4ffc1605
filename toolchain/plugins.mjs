import {
  copyFileSync,
  cpSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { homedir } from "node:os";
import path from "node:path";
import { inspectArtefact, makeArtefact } from "./artefact.mjs";
import { runOrFail } from "./command.mjs";
import { downloadArchive, probe } from "./download.mjs";
import { findGo, goBuild } from "./go-build.mjs";
import { lockedVersion } from "./locked-version.mjs";
import { cacheFolder, repository } from "./paths.mjs";
import { plugins } from "./pins.mjs";
import { platform } from "./platform.mjs";
import { provePlugin } from "./proof/prove-plugin.mjs";
import { filesBelow, stampOf } from "./stamp.mjs";
import { makeStandIn, standInRecipe } from "./stand-in.mjs";

/**
 * @typedef {import("./pins.mjs").PluginName} PluginName
 * @typedef {import("./progress.mjs").Progress} Progress
 * @typedef {{ source: "PATH" | "download" | "build", what: string, obtain: (fresh: string, progress: Progress) => Promise<void> }} Candidate
 */

export const pulumiHome = () => path.join(cacheFolder(), "pulumi-home");

/** @param {PluginName} name */
const binaryName = (name) => `pulumi-resource-${name}`;

/** @param {PluginName} name */
const recipeFolder = (name) => path.join(repository, "toolchain", name);

/** @param {PluginName} name */
export function pluginFolder(name) {
  return path.join(pulumiHome(), "plugins", `resource-${name}-v${pluginVersion(name)}`);
}

/**
 * The plugin must be of exactly the version that the npm package asks the engine for.
 * @param {PluginName} name
 * @returns {string}
 */
export function pluginVersion(name) {
  return lockedVersion(plugins[name].npmPackage);
}

/** @param {PluginName} name */
export function pluginRecipe(name) {
  const { texts, files } =
    name === "aws" ? standInRecipe() : { texts: [], files: filesBelow(recipeFolder(name)) };
  return stampOf({ texts: [pluginVersion(name), platform().os, platform().cpu, ...texts], files });
}

/**
 * Plugins that the program uses: proxmoxve always, command when a source file imports its package, aws when a stack
 * file publishes parameters.
 * @returns {PluginName[]}
 */
export function neededPlugins() {
  const sources = ["components", "dynamic-providers"].flatMap((folder) =>
    filesBelow(path.join(repository, folder), (file) => file.endsWith(".ts")),
  );
  const usesCommand = sources.some((file) =>
    readFileSync(file, "utf8").includes('"@pulumi/command'),
  );
  const asked = (process.env.PROXMOX_HA_PLUGINS ?? "").split(",").includes("command");
  return [
    "proxmoxve",
    .../** @type {PluginName[]} */ (usesCommand || asked ? ["command"] : []),
    .../** @type {PluginName[]} */ (publishes() ? ["aws"] : []),
  ];
}

/** Whether a stack file of this checkout, or of the folder that the environment names, publishes parameters. */
function publishes() {
  const folders = [repository, process.env.PROXMOX_HA_PROJECT ?? repository];
  return folders
    .flatMap((folder) => readdirSync(folder).map((name) => path.join(folder, name)))
    .filter((file) => /^Pulumi\..+\.yaml$/.test(path.basename(file)))
    .some((file) => /^[^#\n]*\bpublish: *true\b/m.test(readFileSync(file, "utf8")));
}

/** @param {PluginName} name */
export function inspectPlugin(name) {
  return inspectArtefact(pluginFolder(name), pluginRecipe(name));
}

/**
 * Everywhere that the plugin may come from, in order of preference, and why the others are out of question.
 * @param {PluginName} name
 * @returns {Promise<{ candidates: Candidate[], reasons: string[] }>}
 */
export async function pluginCandidates(name) {
  const { os, cpu } = platform();
  const version = pluginVersion(name);
  const url = plugins[name].download(version, os, cpu);
  const [official, go] = await Promise.all([probe(url), findGo()]);
  const installed = installedPlugin(name, version);
  /** @type {Candidate[]} */
  const candidates = [];
  if (installed) candidates.push(copyOf(name, installed));
  if (official.answers) candidates.push(releaseOf(name, version, url));
  if (name === "aws") candidates.push(standInOf(version));
  else if (go.usable) candidates.push(ownBuildOf(name, version));
  const found = installed ? `${installed} is installed` : `no ${version} is installed`;
  return { candidates, reasons: [found, official.reason, go.reason] };
}

/**
 * @param {PluginName} name
 * @param {Progress} progress
 * @returns {Promise<import("./paths.mjs").Program>}
 */
export async function providePlugin(name, progress) {
  const topic = `plugin ${name}`;
  const place = pluginFolder(name);
  const version = pluginVersion(name);
  const file = path.join(place, binaryName(name));
  const cached = inspectPlugin(name);
  if (cached.stamp) {
    const reason = `${cached.stamp.proof}; from an earlier set-up (${cached.stamp.source})`;
    return { version, path: file, source: "cache", reason };
  }
  if (statSync(place, { throwIfNoEntry: false }))
    progress.say(topic, `${cached.fault}, so it is replaced`);
  const { candidates, reasons } = await pluginCandidates(name);
  /** @type {string[]} */
  const failures = [];
  for (const candidate of candidates) {
    try {
      const why = [...reasons, ...failures].join("; ");
      const stamp = await makeArtefact(place, async (fresh) => {
        await candidate.obtain(fresh, progress);
        const proof = await provePlugin(name, path.join(fresh, binaryName(name)), version);
        if (!proof.passed) throw new Error(proof.why);
        return {
          recipe: pluginRecipe(name),
          source: candidate.source,
          reason: why,
          proof: proof.what,
        };
      });
      const reason = `${candidate.what}: ${stamp.proof}; ${why}`;
      return { version, path: file, source: candidate.source, reason };
    } catch (error) {
      const why = error instanceof Error ? error.message : String(error);
      failures.push(`${candidate.what} failed its proof: ${why}`);
      const next = candidates[candidates.indexOf(candidate) + 1];
      const instead = next ? `; ${next.what} takes its place` : "";
      progress.say(topic, `${candidate.what} is not usable: ${why}${instead}`);
    }
  }
  throw new Error(
    `No usable plugin ${name} ${version}: ${[...reasons, ...failures].join("; ")}. Install Go 1.21 or newer so that set-up can build it, and run the command again.`,
  );
}

/**
 * @param {PluginName} name
 * @param {string} version
 * @returns {string | undefined} a plugin that the user has already, in Pulumi's own place or on PATH
 */
function installedPlugin(name, version) {
  const home = process.env.PULUMI_HOME || path.join(homedir(), ".pulumi");
  const folders = [path.join(home, "plugins", `resource-${name}-v${version}`)];
  folders.push(...(process.env.PATH ?? "").split(path.delimiter).filter(Boolean));
  return (
    folders
      // What an earlier set-up made is judged by its recipe; whoever took over its environment has it as PULUMI_HOME.
      .filter((folder) => path.resolve(folder) !== pluginFolder(name))
      .map((folder) => path.join(folder, binaryName(name)))
      .find((file) => statSync(file, { throwIfNoEntry: false })?.isFile())
  );
}

/**
 * @param {PluginName} name
 * @param {string} file
 * @returns {Candidate}
 */
function copyOf(name, file) {
  return {
    source: "PATH",
    what: `the installed ${file}`,
    obtain: async (fresh) => copyFileSync(file, path.join(fresh, binaryName(name))),
  };
}

/**
 * @param {PluginName} name
 * @param {string} version
 * @param {string} url
 * @returns {Candidate}
 */
function releaseOf(name, version, url) {
  return {
    source: "download",
    what: `the released ${version}`,
    obtain: (fresh, progress) =>
      progress.long(`plugin ${name}`, `downloading ${version}`, 20, () =>
        downloadArchive(url, fresh, { stripComponents: 0 }),
      ),
  };
}

/**
 * Amazon's plugin is too large to build here, and the program needs one of its hundreds of types.
 * @param {string} version
 * @returns {Candidate}
 */
function standInOf(version) {
  return {
    source: "build",
    what: "a STAND-IN for the AWS plugin (SSM parameters alone)",
    obtain: (fresh) => makeStandIn(fresh, version),
  };
}

/**
 * @param {PluginName} name
 * @param {string} version
 * @returns {Candidate}
 */
function ownBuildOf(name, version) {
  const seconds = plugins[name].buildSeconds;
  return {
    source: "build",
    what: `an own build of ${version}`,
    obtain: (fresh, progress) =>
      progress.long(`plugin ${name}`, `building ${version} from Go modules`, seconds, (note) =>
        build(name, version, path.join(fresh, binaryName(name)), note),
      ),
  };
}

/**
 * The bridge embeds a schema that the program itself writes, so proxmoxve is built, run once, and built again; that
 * happens in a copy, because a checkout may be read-only or in use by a second set-up.
 * @param {PluginName} name
 * @param {string} version
 * @param {string} output
 * @param {(text: string) => void} note
 */
async function build(name, version, output, note) {
  const module = path.join(cacheFolder(), "work", name);
  rmSync(module, { recursive: true, force: true });
  cpSync(recipeFolder(name), module, { recursive: true });
  const build = { module, target: ".", output, linkerFlags: `-X main.version=${version}`, note };
  if (name === "proxmoxve") {
    const generated = path.join(module, "generated");
    mkdirSync(generated, { recursive: true });
    for (const file of ["schema.json", "bridge-metadata.json"])
      writeFileSync(path.join(generated, file), "{}\n");
    await goBuild(build);
    const args = ["schema", "--out", generated, "--skip-docs", "--skip-examples"];
    await runOrFail(output, args, { cwd: generated });
  }
  await goBuild(build);
  rmSync(module, { recursive: true, force: true });
}
