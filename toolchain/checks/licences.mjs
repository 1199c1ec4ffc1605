import { readFileSync } from "node:fs";
import path from "node:path";
import { repository } from "../paths.mjs";
import { readIfThere } from "../stamp.mjs";

/** Licences that let this project use and pass on a package under its own Apache-2.0. */
const allowed = new Set([
  "0BSD",
  "Apache-2.0",
  "BlueOak-1.0.0",
  "BSD-2-Clause",
  "BSD-3-Clause",
  // For lists of data, such as the names of licences, which ask for a mention.
  "CC-BY-3.0",
  "CC0-1.0",
  "ISC",
  "MIT",
  "MIT-0",
  "Python-2.0",
  "Unlicense",
  "Zlib",
]);

/** Fit for tools that are run but never passed on with the program. */
const allowedForTools = new Set(["CC BY-SA 4.0", "MPL-2.0", "WTFPL"]);

/** Packages that state their licence in a way no machine reads; each was read by a person. */
const readByHand = new Map([
  // Its LICENSE file is the MIT licence.
  ["@logdna/tail-file", "MIT"],
]);

/**
 * @typedef {{ name?: string, version?: string, license?: unknown, licenses?: unknown }} Manifest
 * @typedef {{ dev?: boolean, optional?: boolean, devOptional?: boolean }} Locked
 */

/**
 * An expression as in SPDX, as far as packages use it: names, AND, OR, brackets.
 * @param {string} expression
 * @param {(name: string) => boolean} isAllowed
 * @returns {boolean}
 */
export function permits(expression, isAllowed) {
  const plain = expression.trim().replace(/^\((.*)\)$/, "$1");
  if (isAllowed(plain)) return true;
  const choices = plain.split(/\s+OR\s+/);
  if (choices.length > 1) return choices.some((choice) => permits(choice, isAllowed));
  const parts = plain.split(/\s+AND\s+/);
  return parts.length > 1 && parts.every((part) => permits(part, isAllowed));
}

/** @param {Manifest} manifest */
export function licenceOf(manifest) {
  const known = readByHand.get(manifest.name ?? "");
  if (known) return known;
  if (typeof manifest.license === "string") return manifest.license;
  const many = [manifest.licenses ?? manifest.license].flat();
  const types = many.flatMap((entry) =>
    typeof entry === "object" && entry !== null && "type" in entry ? [String(entry.type)] : [],
  );
  return types.length > 0 ? types.join(" OR ") : "none stated";
}

/** @returns {{ packages: number, findings: string[] }} */
export function checkLicences() {
  const lock = JSON.parse(readFileSync(path.join(repository, "package-lock.json"), "utf8"));
  /** @type {[string, Locked][]} */
  const places = Object.entries(lock.packages);
  let packages = 0;
  const findings = places.flatMap(([place, locked]) => {
    const text = place && readIfThere(path.join(repository, place, "package.json"))?.toString();
    if (!text) return [];
    packages++;
    const manifest = JSON.parse(text);
    const licence = licenceOf(manifest);
    const isTool = Boolean(locked.dev);
    const fits = permits(
      licence,
      (name) => allowed.has(name) || (isTool && allowedForTools.has(name)),
    );
    return fits ? [] : [`${manifest.name}@${manifest.version}: ${licence}`];
  });
  return { packages, findings };
}
