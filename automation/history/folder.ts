import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import path from "node:path";
import type { z } from "zod";
import { messageOf } from "../../config/failure/failure.js";
import { maskSecrets } from "../../config/failure/hidden-text.js";
import { parseJson } from "../../dynamic-providers/transport/base/json.js";

/** A run each night and some by hand make more than a year of this; the folder does not grow for ever. */
const MOST = 500;

/** What a stack's folder keeps of the past, beside its keys. */
export type Kind = "runs" | "drills" | "acceptances" | "upgrades";

const folderOf = (stackFolder: string, kind: Kind): string =>
  path.join(stackFolder, "history", kind);

export interface Entry {
  readonly kind: Kind;
  readonly at: string;
  readonly entry: object;
}

/**
 * Writes one entry down, named after its moment; whoever reads meanwhile finds all of it or nothing. What was done is done, whether or not it
 * could be written down, so that a failure is told and no more.
 */
export function keep(
  stackFolder: string,
  { kind, at, entry }: Entry,
  say: (line: string) => void,
): void {
  try {
    const folder = folderOf(stackFolder, kind);
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    const file = path.join(folder, `${at.replace(/[:.]/g, "-")}-${process.pid}.json`);
    writeFileSync(`${file}.new`, `${maskSecrets(JSON.stringify(entry))}\n`, { mode: 0o600 });
    renameSync(`${file}.new`, file);
    for (const old of namesIn(folder).slice(MOST)) {
      rmSync(path.join(folder, old), { force: true });
    }
  } catch (thrown) {
    say(`What this came to is not in the stack's history: ${messageOf(thrown)}`);
  }
}

export interface Kept<Content> {
  /** The newest first. */
  readonly entries: readonly Content[];
  /** Files that are no entries. */
  readonly unread: readonly string[];
}

/** The newest first. */
function namesIn(folder: string): string[] {
  return existsSync(folder)
    ? readdirSync(folder)
        .filter((name) => name.endsWith(".json"))
        .sort()
        .reverse()
    : [];
}

/** The newest entries, at most so many. */
export function keptIn<Content>(
  stackFolder: string,
  kind: Kind,
  schema: z.ZodType<Content>,
  most: number,
): Kept<Content> {
  const folder = folderOf(stackFolder, kind);
  const files = namesIn(folder)
    .slice(0, most)
    .map((name) => path.join(folder, name));
  const read = files.map((file) => ({
    file,
    found: schema.safeParse(parseJson(readFileSync(file, "utf8"))),
  }));
  return {
    entries: read.flatMap(({ found }) => (found.success ? [found.data] : [])),
    unread: read.flatMap(({ file, found }) => (found.success ? [] : [file])),
  };
}
