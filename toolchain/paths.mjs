import { readFileSync } from "node:fs";
import { homedir } from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";

/** The checkout that this file belongs to. */
export const repository = path.dirname(path.dirname(fileURLToPath(import.meta.url)));

/**
 * The folder of everything that set-up keeps outside the checkout. Shared by all checkouts of one user.
 * @param {NodeJS.ProcessEnv} [env]
 * @returns {string}
 */
export function cacheFolder(env = process.env) {
  if (env.PROXMOX_HA_CACHE) return path.resolve(env.PROXMOX_HA_CACHE);
  return path.join(env.XDG_CACHE_HOME || path.join(homedir(), ".cache"), "proxmox-ha");
}

/**
 * The folder of what must survive a cleaned cache: state of the local back-end and its passphrase.
 * @param {NodeJS.ProcessEnv} [env]
 * @returns {string}
 */
export function stateFolder(env = process.env) {
  if (env.PROXMOX_HA_STATE) return path.resolve(env.PROXMOX_HA_STATE);
  return path.join(env.XDG_STATE_HOME || path.join(homedir(), ".local", "state"), "proxmox-ha");
}

/**
 * @typedef {"PATH" | "cache" | "download" | "build"} Source where a program was found
 * @typedef {{ version: string, path: string, source: Source, reason: string }} Program
 * @typedef {{
 *   schemaVersion: 1,
 *   pulumi: Program & { binFolder: string },
 *   pulumiHome: string,
 *   plugins: Record<string, Program>,
 *   pythonVenv: string | null,
 *   environment: Record<string, string>,
 *   pathPrefix: string[],
 * }} Toolchain
 */

/** @param {NodeJS.ProcessEnv} [env] */
export const toolchainFile = (env = process.env) => path.join(cacheFolder(env), "toolchain.json");

/**
 * What the last set-up decided, or undefined before the first one.
 * @param {NodeJS.ProcessEnv} [env]
 * @returns {Toolchain | undefined}
 */
export function readToolchain(env = process.env) {
  let text;
  try {
    text = readFileSync(toolchainFile(env), "utf8");
  } catch {
    return undefined;
  }
  const content = JSON.parse(text);
  return content?.schemaVersion === 1 ? content : undefined;
}
