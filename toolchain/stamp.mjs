import { createHash } from "node:crypto";
import {
  closeSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeSync,
} from "node:fs";
import path from "node:path";

/**
 * A digest of files and texts: what was made from them is current as long as it stays the same.
 * @param {{ files?: string[], texts?: string[] }} content files that don't exist count as absent, not as an error
 * @returns {string}
 */
export function stampOf({ files = [], texts = [] }) {
  const hash = createHash("sha256");
  for (const text of texts) hash.update(`text ${Buffer.byteLength(text)}\n${text}`);
  for (const file of files) {
    const content = readIfThere(file);
    hash.update(`file ${path.basename(file)} ${content ? content.length : "absent"}\n`);
    if (content) hash.update(content);
  }
  return hash.digest("hex");
}

/** @param {string} file */
export function digestOfFile(file) {
  return createHash("sha256").update(readFileSync(file)).digest("hex");
}

/**
 * @param {string} file
 * @returns {Buffer | undefined}
 */
export function readIfThere(file) {
  try {
    return readFileSync(file);
  } catch {
    return undefined;
  }
}

/**
 * All files below a folder, sorted, so that a stamp doesn't depend on the order of the file system.
 * @param {string} folder
 * @param {(file: string) => boolean} [wanted]
 * @returns {string[]}
 */
export function filesBelow(folder, wanted = () => true) {
  /** @type {string[]} */
  const found = [];
  for (const entry of listFolder(folder)) {
    const file = path.join(folder, entry.name);
    if (entry.isDirectory()) found.push(...filesBelow(file, wanted));
    else if (wanted(file)) found.push(file);
  }
  return found.sort();
}

/** @param {string} folder */
function listFolder(folder) {
  try {
    return readdirSync(folder, { withFileTypes: true });
  } catch {
    return [];
  }
}

/**
 * Readers see the old content or the new one, never a part.
 * @param {string} file
 * @param {string} content
 * @param {number} [mode]
 */
export function writeAtomically(file, content, mode = 0o644) {
  mkdirSync(path.dirname(file), { recursive: true });
  const fresh = `${file}.${process.pid}.new`;
  const handle = openSync(fresh, "w", mode);
  try {
    writeSync(handle, content);
    fsyncSync(handle);
  } finally {
    closeSync(handle);
  }
  renameSync(fresh, file);
}

/**
 * Puts a finished folder in the place of an older one. The moment in between, when neither is there, is covered by the
 * lock of set-up and by its next run.
 * @param {string} fresh
 * @param {string} place
 */
export function putInPlace(fresh, place) {
  const old = `${place}.old`;
  rmSync(old, { recursive: true, force: true });
  mkdirSync(path.dirname(place), { recursive: true });
  try {
    renameSync(place, old);
  } catch (error) {
    if (!(error instanceof Error && "code" in error && error.code === "ENOENT")) throw error;
  }
  renameSync(fresh, place);
  rmSync(old, { recursive: true, force: true });
}
