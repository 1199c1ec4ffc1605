import { existsSync, readFileSync } from "node:fs";
import path from "node:path";
import { badInput } from "../../config/failure/failure.js";
import { type Finding, type LoadResult, loadStack } from "../../config/load/index.js";
import { fileOfTarget, stackNameOf } from "../validate/stack-files.js";
import { stackFilesFolder } from "./backend.js";

/** A stack file that was read, or what to tell the person who named it. */
export type ReadStack =
  | { readonly kind: "read"; readonly spec: NonNullable<LoadResult["spec"]> }
  | { readonly kind: "wrong"; readonly text: string; readonly findings: readonly Finding[] };

/**
 * The stack that a word on the command line means: its name, or its file, as for `validate`. A file in another folder
 * makes that folder the one with the stack files.
 */
export function stackOf(word: string): string {
  const folder = stackFilesFolder();
  const file = fileOfTarget(word, process.cwd(), folder);
  const stack = stackNameOf(file);
  if (stack === undefined) {
    throw badInput(
      `${word} is not called like a stack file.`,
      "Stack files are called Pulumi.<stack>.yaml.",
    );
  }
  if (path.dirname(file) !== folder) {
    process.env.PROXMOX_HA_PROJECT = path.dirname(file);
  }
  return stack;
}

/** For verbs that look at hosts: a mistake in the file ends them before they do. */
export function readStackFile(stack: string, today: string): ReadStack {
  const file = path.join(stackFilesFolder(), `Pulumi.${stack}.yaml`);
  if (!existsSync(file)) {
    return {
      kind: "wrong",
      text: `${file}: there is no such stack file. Stacks are files called Pulumi.<stack>.yaml.\n`,
      findings: [],
    };
  }
  const { spec, findings } = loadStack({ file, text: readFileSync(file, "utf8"), today });
  return spec === undefined
    ? {
        kind: "wrong",
        text: findings.map((one) => `${file}:${one.line ?? 1}: ${one.what} ${one.fix}\n`).join(""),
        findings,
      }
    : { kind: "read", spec };
}
