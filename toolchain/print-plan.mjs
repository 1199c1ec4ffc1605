import { cacheFolder } from "./paths.mjs";
import {
  inspectPlugin,
  neededPlugins,
  pluginCandidates,
  pluginFolder,
  pluginVersion,
} from "./plugins.mjs";
import { choosePulumiCli } from "./pulumi-cli.mjs";
import { compilation } from "./steps/compile.mjs";
import { missingDebianPackages } from "./steps/debian-packages.mjs";
import { npmPackages } from "./steps/npm-packages.mjs";
import { pythonPackages } from "./steps/python-packages.mjs";
import { twinWanted } from "./steps/requirements.mjs";

/**
 * Says what set-up would use and why. Reads and asks, changes nothing.
 * @param {(line: string) => void} write
 */
export async function printPlan(write) {
  write(`cache: ${cacheFolder()}`);
  const npm = npmPackages();
  write(`npm packages: ${npm.current ? "as they are" : "would be installed"}: ${npm.reason}`);
  write(`pulumi CLI: ${describeCli(await choosePulumiCli())}`);
  for (const name of neededPlugins()) write(`plugin ${name}: ${await describePlugin(name)}`);
  for (const line of await twinPackages()) write(line);
  const compiled = compilation();
  write(`compile: ${compiled.current ? "as it is" : "would compile"}: ${compiled.reason}`);
}

/** @param {import("./pulumi-cli.mjs").CliChoice} choice */
function describeCli(choice) {
  switch (choice.source) {
    case "PATH":
    case "cache":
      return `${choice.cli.version} at ${choice.cli.path}: ${choice.cli.reason}`;
    case "download":
      return `would be downloaded: ${choice.reason}`;
    case "build":
      return `would be built: ${choice.reason}`;
    case "none":
      return `can't be had: ${choice.reason}`;
  }
}

/** @param {import("./pins.mjs").PluginName} name */
async function describePlugin(name) {
  const cached = inspectPlugin(name);
  if (cached.stamp) {
    const { source, proof, reason } = cached.stamp;
    return `${pluginVersion(name)} at ${pluginFolder(name)} (${source}): ${proof}; ${reason}`;
  }
  const { candidates, reasons } = await pluginCandidates(name);
  const order = candidates.map(({ what }) => what).join(", else ") || "nothing can be used";
  return `would try ${order}: ${[cached.fault, ...reasons].join("; ")}`;
}

/** What only the twin needs, the way set-up treats it. */
async function twinPackages() {
  if (!twinWanted())
    return ["Debian and Python packages: not looked at, because PROXMOX_HA_TWIN is off"];
  const missing = await missingDebianPackages();
  const python = await pythonPackages();
  const pythonState = python.current ? "as they are" : `would be installed in ${python.venv}`;
  return [
    `Debian packages: ${describeDebian(missing, { root: process.getuid?.() === 0 })}`,
    `Python packages: ${python.wanted.join(" ") || "none needed"}, ${pythonState}`,
  ];
}

/**
 * @param {string[] | undefined} missing
 * @param {{ root: boolean }} user
 */
export function describeDebian(missing, { root }) {
  if (missing === undefined) return "not a Debian system";
  if (missing.length === 0) return "all installed";
  const what = missing.join(" ");
  return root
    ? `would be installed: ${what}`
    : `would stay missing, because only root can install them: ${what}`;
}
