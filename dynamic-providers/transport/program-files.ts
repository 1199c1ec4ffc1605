import { createHash } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import path from "node:path";
import { Failure } from "../../config/failure/failure.js";

/** A file that comes with the program: a state that names it need not hold it. */
interface ProgramFile {
  /** From the folder of the program's package, wherever that is installed. */
  readonly path: string;
  /** SHA-256 of the text that is meant. */
  readonly sha256: string;
}

/** The folder of this package: the nearest one above this file that has a manifest, in a checkout and among installed packages alike. */
export function packageFolder(from: string = __dirname): string {
  const above = path.dirname(from);
  return existsSync(path.join(from, "package.json")) || above === from
    ? from
    : packageFolder(above);
}

/** The text that was meant when the run was planned, and no other one. */
export function readProgramFile({ path: file, sha256: meant }: ProgramFile): string {
  const text = readFileSync(path.resolve(packageFolder(), file), "utf8");
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
