import {
  chmodSync,
  readFileSync,
  realpathSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { Failure } from "../../config/failure/failure.js";

export interface Replacement {
  readonly file: string;
  /** What it had when the change was made up. */
  readonly from: string;
  readonly to: string;
  /** For the person, where the file has become another meanwhile and keeps that. */
  readonly otherwise: string;
}

/**
 * All of it or nothing, whatever cuts it; the file behind a link keeps being that, and its rights stay. Nothing that somebody else has
 * written since `from` was read is lost: the new text beside the file is made by one command at a time, and stands for its turn.
 */
export function replaceFile({ file, from, to, otherwise }: Replacement): void {
  const real = realpathSync(file);
  const next = `${real}.new`;
  takeTurn(file, next, to);
  try {
    if (readFileSync(real, "utf8") !== from) {
      throw left(file, "it was changed by somebody else meanwhile", otherwise);
    }
    chmodSync(next, statSync(real).mode & 0o777);
    renameSync(next, real);
  } catch (error) {
    rmSync(next, { force: true });
    throw error;
  }
}

/** What was there before belongs to another command, which may be about to put it in place. */
function takeTurn(file: string, next: string, text: string): void {
  try {
    writeFileSync(next, text, { mode: 0o600, flag: "wx" });
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "EEXIST") {
      throw left(
        file,
        `another command is about to write it: ${next} is there`,
        `Run this again when it is done. Where none is, it was killed: remove ${next} first.`,
      );
    }
    throw error;
  }
}

const left = (file: string, cameBack: string, doNext: string): Failure =>
  new Failure("refused", { tried: `change ${file}`, where: "", cameBack, doNext });
