import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import path from "node:path";
import { Failure } from "../../config/failure/failure.js";

/** A file that comes with the program: a state that names it need not hold it. */
interface ProgramFile {
  /** From the project's folder, in which the engine runs program and providers. */
  readonly path: string;
  /** SHA-256 of the text that is meant. */
  readonly sha256: string;
}

/** The text that was meant when the run was planned, and no other one. */
export function readProgramFile({ path: file, sha256: meant }: ProgramFile): string {
  const text = readFileSync(path.resolve(file), "utf8");
  if (createHash("sha256").update(text).digest("hex") !== meant) {
    throw new Failure("failed", {
      tried: `to read ${file} of this program`,
      where: "",
      cameBack: "it has changed since the run began",
      doNext: "Run it again when nobody changes the program's own files.",
    });
  }
  return text;
}
