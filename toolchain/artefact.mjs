import { mkdirSync, readdirSync, rmSync, statSync, writeFileSync } from "node:fs";
import path from "node:path";
import { digestOfFile, putInPlace, readIfThere } from "./stamp.mjs";

/**
 * A folder in the cache that was made as a whole: its stamp says from what, by which way, and what each file must be.
 * @typedef {{ size: number, modifiedMs: number, sha256: string }} FileRecord
 * @typedef {{
 *   recipe: string, source: "PATH" | "download" | "build", reason: string, proof: string, files: Record<string, FileRecord>,
 * }} ArtefactStamp
 */

const stampName = "stamp.json";

/**
 * @param {string} folder
 * @param {string} recipe digest of what the artefact is made from
 * @returns {{ stamp: ArtefactStamp, fault?: undefined } | { stamp?: undefined, fault: string }}
 */
export function inspectArtefact(folder, recipe) {
  const text = readIfThere(path.join(folder, stampName))?.toString();
  if (text === undefined) return { fault: "it is not in the cache" };
  const stamp = parseStamp(text);
  if (!stamp) return { fault: "its stamp in the cache can't be read" };
  if (stamp.recipe !== recipe)
    return { fault: "the one in the cache was made from another recipe" };
  for (const [name, record] of Object.entries(stamp.files)) {
    if (!isUnchanged(path.join(folder, name), record))
      return { fault: `${name} in the cache is not what was put there` };
  }
  return { stamp };
}

/**
 * Makes an artefact beside its place and moves it there only when it is complete.
 * @param {string} place
 * @param {(fresh: string) => Promise<Omit<ArtefactStamp, "files">>} make fills the folder it is given
 * @returns {Promise<ArtefactStamp>}
 */
export async function makeArtefact(place, make) {
  const fresh = `${place}.new`;
  rmSync(fresh, { recursive: true, force: true });
  mkdirSync(fresh, { recursive: true });
  const made = await make(fresh);
  /** @type {ArtefactStamp} */
  const stamp = { ...made, files: recordFiles(fresh) };
  writeFileSync(path.join(fresh, stampName), `${JSON.stringify(stamp, null, 2)}\n`);
  putInPlace(fresh, place);
  return stamp;
}

/** @param {string} folder */
function recordFiles(folder) {
  /** @type {Record<string, FileRecord>} */
  const files = {};
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    if (!entry.isFile()) continue;
    const file = path.join(folder, entry.name);
    const { size, mtimeMs } = statSync(file);
    files[entry.name] = { size, modifiedMs: mtimeMs, sha256: digestOfFile(file) };
  }
  return files;
}

/**
 * The digest is taken only when size or time differ: hashing 300 MB at every start would cost a second.
 * @param {string} file
 * @param {FileRecord} record
 */
function isUnchanged(file, record) {
  const found = statSync(file, { throwIfNoEntry: false });
  if (!found || found.size !== record.size) return false;
  return found.mtimeMs === record.modifiedMs || digestOfFile(file) === record.sha256;
}

/**
 * @param {string} text
 * @returns {ArtefactStamp | undefined}
 */
function parseStamp(text) {
  try {
    const stamp = JSON.parse(text);
    return typeof stamp?.recipe === "string" && typeof stamp.files === "object" ? stamp : undefined;
  } catch {
    return undefined;
  }
}
