import { chmodSync, copyFileSync, realpathSync, statSync } from "node:fs";
import path from "node:path";
import { inspectArtefact, makeArtefact } from "./artefact.mjs";
import { run } from "./command.mjs";
import { downloadArchive, probe } from "./download.mjs";
import { findGo, goBuild } from "./go-build.mjs";
import { lockedVersion } from "./locked-version.mjs";
import { cacheFolder, repository } from "./paths.mjs";
import { oldestPulumiVersion, pulumiBuildSeconds, pulumiDownload, pulumiVersion } from "./pins.mjs";
import { platform } from "./platform.mjs";
import { judgeCli, obtainableSource } from "./source-choice.mjs";
import { filesBelow, stampOf } from "./stamp.mjs";

const recipeFolder = path.join(repository, "toolchain", "cli");
const hostFolder = path.join(repository, "toolchain", "language-host");
const hostFiles = ["pulumi-language-nodejs", "language-host.cjs"];
const dynamicProvider = "pulumi-resource-pulumi-nodejs";

/**
 * @typedef {import("./paths.mjs").Program & { binFolder: string }} PulumiCli
 * @typedef {{ source: "PATH" | "cache", cli: PulumiCli } | { source: "download" | "build" | "none", reason: string }} CliChoice
 */

export const cliFolder = () => path.join(cacheFolder(), "pulumi");

export function cliRecipe() {
  return stampOf({
    // The dynamic provider's launcher comes from the SDK and must be that of the installed one.
    texts: [pulumiVersion, platform().os, platform().cpu, lockedVersion("@pulumi/pulumi")],
    files: [...filesBelow(recipeFolder), ...filesBelow(hostFolder)],
  });
}

/** @returns {Promise<CliChoice>} */
export async function choosePulumiCli() {
  const onPath = await pulumiOnPath();
  if (onPath.cli) return { source: "PATH", cli: onPath.cli };
  const cached = inspectArtefact(cliFolder(), cliRecipe());
  if (cached.stamp) {
    return { source: "cache", cli: inCache(cached.stamp.source, cached.stamp.reason) };
  }
  const { os, cpu } = platform();
  const [official, go] = await Promise.all([
    probe(pulumiDownload(pulumiVersion, os, cpu === "amd64" ? "x64" : cpu)),
    findGo(),
  ]);
  const { source, reason } = obtainableSource({ official, go });
  return { source, reason: `${onPath.reason}; ${cached.fault}; ${reason}` };
}

/**
 * @param {CliChoice} choice
 * @param {import("./progress.mjs").Progress} progress
 * @returns {Promise<PulumiCli>}
 */
export async function providePulumiCli(choice, progress) {
  switch (choice.source) {
    case "PATH":
    case "cache":
      return choice.cli;
    case "download":
      try {
        return await downloadCli(choice.reason, progress);
      } catch (error) {
        const why = error instanceof Error ? error.message : String(error);
        progress.say("pulumi CLI", `the download failed (${why}); building it instead`);
        return await buildCli(`the download failed: ${why}`, progress);
      }
    case "build":
      return await buildCli(choice.reason, progress);
    case "none":
      throw new Error(
        `No Pulumi CLI can be had: ${choice.reason}. Install Pulumi ${oldestPulumiVersion} or newer, or Go 1.21 or newer so that set-up can build it, and run the command again.`,
      );
  }
}

/** @returns {Promise<{ cli?: PulumiCli, reason: string }>} */
async function pulumiOnPath() {
  // What an earlier set-up made is judged by its recipe; whoever took over its environment has it on PATH.
  const folders = (process.env.PATH ?? "")
    .split(path.delimiter)
    .filter((folder) => folder !== "" && path.resolve(folder) !== cliFolder());
  const file = folders.map((folder) => path.join(folder, "pulumi")).find(isFile);
  if (file === undefined) return { reason: "PATH has no pulumi" };
  const answer = await askVersion(file, 20_000).catch(() => undefined);
  const binFolder = path.dirname(realpathSync(file));
  const companions = ["pulumi-language-nodejs", dynamicProvider];
  const judged = judgeCli({
    file,
    version: answer?.stdout.trim() ?? "",
    oldest: oldestPulumiVersion,
    missing: companions.filter((name) => !isFile(path.join(binFolder, name))),
  });
  if (!judged.usable) return { reason: judged.reason };
  const { version, reason } = judged;
  return { cli: { version, path: file, binFolder, source: "PATH", reason }, reason };
}

/** @param {string} file */
const isFile = (file) => statSync(file, { throwIfNoEntry: false })?.isFile() === true;

/**
 * @param {string} file
 * @param {number} deadlineMs
 */
function askVersion(file, deadlineMs) {
  const env = { ...process.env, PULUMI_SKIP_UPDATE_CHECK: "true" };
  return run(file, ["version"], { env, deadlineMs });
}

/**
 * @param {import("./artefact.mjs").ArtefactStamp["source"]} source
 * @param {string} reason
 * @returns {PulumiCli}
 */
function inCache(source, reason) {
  const binFolder = cliFolder();
  return {
    version: pulumiVersion,
    path: path.join(binFolder, "pulumi"),
    binFolder,
    source: "cache",
    reason: `${source === "build" ? "built" : "downloaded"} by an earlier set-up, because ${reason}`,
  };
}

/**
 * @param {string} reason
 * @param {import("./progress.mjs").Progress} progress
 */
async function buildCli(reason, progress) {
  const what = `building ${pulumiVersion} from Go modules`;
  await makeArtefact(cliFolder(), async (fresh) => {
    await progress.long("pulumi CLI", what, pulumiBuildSeconds, (note) =>
      goBuild({
        module: recipeFolder,
        target: "github.com/pulumi/pulumi/pkg/v3/cmd/pulumi",
        output: path.join(fresh, "pulumi"),
        linkerFlags: `-X github.com/pulumi/pulumi/sdk/v3/go/common/version.Version=v${pulumiVersion}`,
        note,
      }),
    );
    for (const name of hostFiles) copyFileSync(path.join(hostFolder, name), path.join(fresh, name));
    copyFileSync(
      path.join(repository, "node_modules", "@pulumi", "pulumi", dynamicProvider),
      path.join(fresh, dynamicProvider),
    );
    for (const name of ["pulumi-language-nodejs", dynamicProvider])
      chmodSync(path.join(fresh, name), 0o755);
    await checkVersion(path.join(fresh, "pulumi"));
    return { recipe: cliRecipe(), source: "build", reason, proof: `says v${pulumiVersion}` };
  });
  return { ...inCache("build", reason), source: /** @type {const} */ ("build"), reason };
}

/**
 * @param {string} reason
 * @param {import("./progress.mjs").Progress} progress
 */
async function downloadCli(reason, progress) {
  const { os, cpu } = platform();
  const url = pulumiDownload(pulumiVersion, os, cpu === "amd64" ? "x64" : cpu);
  await makeArtefact(cliFolder(), async (fresh) => {
    await progress.long("pulumi CLI", `downloading ${pulumiVersion}`, 30, () =>
      downloadArchive(url, fresh, { stripComponents: 1 }),
    );
    await checkVersion(path.join(fresh, "pulumi"));
    return { recipe: cliRecipe(), source: "download", reason, proof: `says v${pulumiVersion}` };
  });
  return { ...inCache("download", reason), source: /** @type {const} */ ("download"), reason };
}

/** @param {string} file */
async function checkVersion(file) {
  const answer = await askVersion(file, 60_000);
  if (answer.stdout.trim() === `v${pulumiVersion}`) return;
  throw new Error(
    `${file} should say v${pulumiVersion} and said: ${(answer.stdout + answer.stderr).trim()}`,
  );
}
