import { closeSync, existsSync, openSync, readdirSync, readSync, statSync } from "node:fs";
import path from "node:path";
import { MAX_BYTES } from "../../config/load/document.js";

const STACK_FILE = /^Pulumi\.(.+)\.yaml$/;

export type FileContent =
  | { readonly kind: "content"; readonly bytes: Uint8Array }
  | { readonly kind: "missing" }
  | { readonly kind: "unreadable"; readonly reason: string };

/** The nearest folder upwards that holds a Pulumi project. */
export function projectAbove(from: string): string | undefined {
  for (let folder = path.resolve(from); ; folder = path.dirname(folder)) {
    if (existsSync(path.join(folder, "Pulumi.yaml"))) {
      return folder;
    }
    if (folder === path.dirname(folder)) {
      return undefined;
    }
  }
}

/** Full paths of all stack files in a folder. */
export function stackFilesIn(folder: string): string[] {
  return readdirSync(folder)
    .filter((name) => STACK_FILE.test(name))
    .sort()
    .map((name) => path.join(folder, name));
}

export function stackNameOf(file: string): string | undefined {
  return STACK_FILE.exec(path.basename(file))?.[1];
}

/** What a person means by a word on the command line: a file when it looks like one, else a stack's name. */
export function fileOfTarget(target: string, folder: string, project: string): string {
  const looksLikeFile = /[/\\]|\.ya?ml$/.test(target);
  if (!looksLikeFile) {
    return path.join(project, `Pulumi.${target}.yaml`);
  }
  const here = path.resolve(folder, target);
  const there = path.resolve(project, target);
  return !existsSync(here) && existsSync(there) ? there : here;
}

/** Reads at most one byte more than a stack file may have, so that a wrong file costs nothing. */
export function readStackFile(file: string): FileContent {
  if (!existsSync(file)) {
    return { kind: "missing" };
  }
  try {
    if (!statSync(file).isFile()) {
      return { kind: "unreadable", reason: "it is not a regular file" };
    }
    return { kind: "content", bytes: head(file, MAX_BYTES + 1) };
  } catch (error) {
    const code = error instanceof Error && "code" in error ? String(error.code) : "unknown error";
    return { kind: "unreadable", reason: code === "EACCES" ? "permission denied" : code };
  }
}

function head(file: string, limit: number): Uint8Array {
  const handle = openSync(file, "r");
  try {
    const buffer = Buffer.alloc(Math.min(limit, statSync(file).size + 1));
    let filled = 0;
    for (;;) {
      const read = readSync(handle, buffer, filled, buffer.length - filled, null);
      if (read === 0) {
        return buffer.subarray(0, filled);
      }
      filled += read;
    }
  } finally {
    closeSync(handle);
  }
}
