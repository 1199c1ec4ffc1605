"use strict";

const { readFileSync, statSync } = require("node:fs");
const { homedir } = require("node:os");
const path = require("node:path");

/**
 * The environment in which every `pulumi` of this project runs: the chosen CLI first on PATH, the plugins that set-up
 * proved, no downloads behind the user's back. What the caller's environment sets explicitly (back-end, passphrase)
 * stays as it is.
 * @param {NodeJS.ProcessEnv} [base]
 * @returns {NodeJS.ProcessEnv}
 */
function pulumiEnvironment(base = process.env) {
  const file = path.join(cacheFolder(base), "toolchain.json");
  let content;
  try {
    content = JSON.parse(readFileSync(file, "utf8"));
  } catch {
    throw new Error(
      `${file} can't be read. Run \`npm run setup\` in a checkout of proxmox-ha first.`,
    );
  }
  return {
    ...base,
    ...content.environment,
    // Pulumi runs in another folder than the caller, who meant a path from where they are.
    ...(base.PROXMOX_HA_STATE ? { PROXMOX_HA_STATE: path.resolve(base.PROXMOX_HA_STATE) } : {}),
    // Which Node versions work is this project's own statement; the notice would stand in every preview.
    AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: "true",
    // Logins stay where `pulumi login` put them, although plugins come from the cache.
    PULUMI_CREDENTIALS_PATH:
      base.PULUMI_CREDENTIALS_PATH ?? base.PULUMI_HOME ?? path.join(homedir(), ".pulumi"),
    PATH: [...content.pathPrefix, base.PATH ?? ""].join(path.delimiter),
  };
}

/**
 * The version that set-up found of a program; undefined when that is another one, or became another one since.
 * @param {string} program
 * @param {NodeJS.ProcessEnv} [base]
 * @returns {string | undefined}
 */
function recordedVersion(program, base = process.env) {
  const file = path.join(cacheFolder(base), "toolchain.json");
  try {
    const { pulumi } = JSON.parse(readFileSync(file, "utf8"));
    const same = pulumi.path === program && statSync(program).mtimeMs <= statSync(file).mtimeMs;
    return same ? pulumi.version : undefined;
  } catch {
    return undefined;
  }
}

/** @param {NodeJS.ProcessEnv} env */
function cacheFolder(env) {
  if (env.PROXMOX_HA_CACHE) return path.resolve(env.PROXMOX_HA_CACHE);
  return path.join(env.XDG_CACHE_HOME || path.join(homedir(), ".cache"), "proxmox-ha");
}

module.exports = { pulumiEnvironment, recordedVersion };
