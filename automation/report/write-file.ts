import { existsSync, mkdirSync, readFileSync, renameSync, statSync, writeFileSync } from "node:fs";
import path from "node:path";
import { badInput } from "../../config/failure/failure.js";
import { GENERATOR } from "./page.js";

/** Where a report lies that nobody has named a place for: each of them is kept. */
export function ownFile(stackFolder: string, madeAtMs: number): string {
  const stamp = new Date(madeAtMs).toISOString().replace(/[:.]/g, "-");
  return path.join(stackFolder, "reports", `${stamp}.html`);
}

/** Before anybody is asked: a place that cannot be written to is told at once. @throws for one that would lose something */
export function refuseForeign(file: string): void {
  if (!existsSync(file)) {
    return;
  }
  if (statSync(file).isDirectory()) {
    throw badInput(
      `${file} is a folder.`,
      `Name a file, such as \`--out ${path.join(file, "report.html")}\`.`,
    );
  }
  if (!readFileSync(file, "utf8").includes(GENERATOR)) {
    throw badInput(
      `${file} is there already and is no report.`,
      "Name another file behind `--out`, or move that one away.",
    );
  }
}

/** Whoever reads it meanwhile has the one before or this one. It names addresses and weak points, so that it is for its owner. */
export function writeReport(file: string, text: string): void {
  mkdirSync(path.dirname(file), { recursive: true, mode: 0o700 });
  writeFileSync(`${file}.new`, text, { mode: 0o600 });
  renameSync(`${file}.new`, file);
}
