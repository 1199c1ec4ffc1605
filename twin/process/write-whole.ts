import { linkSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { z } from "zod";

const withCode = z.object({ code: z.string() });

/** What a file holds, or nothing where there is none. */
export function readIfThere(file: string): string | undefined {
  try {
    return readFileSync(file, "utf8");
  } catch (error) {
    if (withCode.safeParse(error).data?.code === "ENOENT") return undefined;
    throw error;
  }
}

/**
 * Brings a file to a content. It is written beside and renamed, and left alone when it is right already: commands of
 * one twin run side by side, and none of them may read half a file or execute one that another still writes.
 */
export function writeWhole(file: string, content: string, mode: number): void {
  if (readIfThere(file) === content) return;
  const fresh = writtenBeside(file, content, mode);
  renameSync(fresh, file);
}

/** The same for what is decided once: whoever comes first decides, and everybody gets that. */
export function decideOnce(file: string, make: () => string, mode: number): string {
  const decided = readIfThere(file);
  if (decided !== undefined) return decided;
  const fresh = writtenBeside(file, make(), mode);
  try {
    linkSync(fresh, file);
  } catch (error) {
    if (withCode.safeParse(error).data?.code !== "EEXIST") throw error;
  } finally {
    rmSync(fresh, { force: true });
  }
  return readFileSync(file, "utf8");
}

function writtenBeside(file: string, content: string, mode: number): string {
  const fresh = `${file}.${process.pid}.new`;
  writeFileSync(fresh, content, { mode });
  return fresh;
}
