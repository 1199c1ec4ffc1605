import { readFileSync } from "node:fs";
import path from "node:path";
import { repository } from "./paths.mjs";

/**
 * The version that package-lock.json pins, which is known before anything is installed.
 * @param {string} npmPackage
 * @returns {string}
 */
export function lockedVersion(npmPackage) {
  const lock = JSON.parse(readFileSync(path.join(repository, "package-lock.json"), "utf8"));
  const version = lock.packages?.[`node_modules/${npmPackage}`]?.version;
  if (typeof version !== "string")
    throw new Error(`package-lock.json pins no ${npmPackage}; restore it from version control`);
  return version;
}
