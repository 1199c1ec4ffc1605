import { readFileSync } from "node:fs";
import path from "node:path";
import { repository } from "../paths.mjs";

/**
 * @typedef {{ name: string, why: string }} DebianPackage
 * @typedef {{ name: string, version: string, why: string }} PythonPackage
 * @typedef {{ debian: DebianPackage[], python: PythonPackage[], bench: PythonPackage[], long: DebianPackage[] }} Requirements
 */

const file = path.join(repository, "toolchain", "requirements.json");

/** A machine that only manages real clusters can do without the twin's packages. */
export const twinWanted = () => process.env.PROXMOX_HA_TWIN !== "off";

/** @returns {Requirements} */
export function readRequirements() {
  const requirements = parseRequirements(readFileSync(file, "utf8"));
  // The Python packages live in a virtual environment, which Debian's Python can make only with this package.
  const venv = { name: "python3-venv", why: "the virtual environment of the Python packages" };
  const hasVenv = requirements.debian.some(({ name }) => name === venv.name);
  if (requirements.python.length > 0 && !hasVenv) requirements.debian.push(venv);
  return requirements;
}

/**
 * @param {string} text
 * @returns {Requirements}
 */
export function parseRequirements(text) {
  const content = JSON.parse(text);
  return {
    debian: entries(content, "debian", ["name", "why"]),
    python: entries(content, "python", ["name", "version", "why"]),
    bench: entries(content, "bench", ["name", "version", "why"]),
    long: entries(content, "long", ["name", "why"]),
  };
}

/**
 * @param {Record<string, unknown>} content
 * @param {"debian" | "python" | "bench" | "long"} list
 * @param {string[]} fields
 */
function entries(content, list, fields) {
  const found = content[list];
  if (!Array.isArray(found)) throw new Error(`${file}: "${list}" must be a list`);
  return found.map((entry, index) => {
    for (const field of fields) {
      if (typeof entry?.[field] !== "string" || entry[field] === "")
        throw new Error(`${file}: "${list}"[${index}] needs the text "${field}"`);
    }
    return entry;
  });
}
