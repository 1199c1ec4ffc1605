import path from "node:path";
import { runOrFail } from "../command.mjs";
import { repository } from "../paths.mjs";
import { readIfThere } from "../stamp.mjs";

const installSeconds = 30;

/**
 * @typedef {{ version?: string, integrity?: string, optional?: boolean, peer?: boolean, link?: boolean }} LockedPackage
 * @typedef {{ packages?: Record<string, LockedPackage> }} Lockfile
 */

/**
 * npm writes node_modules/.package-lock.json when an installation is complete, so an interrupted one shows here.
 * @param {Lockfile | undefined} wanted package-lock.json
 * @param {Lockfile | undefined} installed node_modules/.package-lock.json
 * @returns {{ current: boolean, reason: string }}
 */
export function compareLockfiles(wanted, installed) {
  if (!wanted?.packages) return { current: false, reason: "package-lock.json can't be read" };
  if (!installed?.packages) return { current: false, reason: "nothing is installed completely" };
  for (const [place, locked] of Object.entries(wanted.packages)) {
    // A workspace is a part of the checkout: nothing of it is fetched, and nothing is imported through its link.
    if (!place.startsWith("node_modules/") || locked.link) continue;
    const found = installed.packages[place];
    const name = place.replace(/^.*node_modules\//, "");
    if (!found && (locked.optional || locked.peer)) continue;
    if (!found) return { current: false, reason: `${name} is missing` };
    if (found.version !== locked.version || found.integrity !== locked.integrity)
      return { current: false, reason: `${name} is not the locked ${locked.version}` };
  }
  return { current: true, reason: "node_modules is what package-lock.json says" };
}

export function npmPackages() {
  return compareLockfiles(
    readLockfile(path.join(repository, "package-lock.json")),
    readLockfile(path.join(repository, "node_modules", ".package-lock.json")),
  );
}

/**
 * Install scripts stay off: no dependency needs one, and those of Pulumi's packages would download plugins that set-up
 * chooses itself.
 * @param {import("../progress.mjs").Progress} progress
 */
export async function installNpmPackages(progress) {
  const state = npmPackages();
  if (state.current) return;
  await progress.long("npm packages", `installing, ${state.reason}`, installSeconds, () =>
    runOrFail("npm", ["ci", "--ignore-scripts", "--no-audit", "--no-fund"], { cwd: repository }),
  );
}

/**
 * @param {string} file
 * @returns {Lockfile | undefined}
 */
function readLockfile(file) {
  const text = readIfThere(file)?.toString();
  return text === undefined ? undefined : JSON.parse(text);
}
