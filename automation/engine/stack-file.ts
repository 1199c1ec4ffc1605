import { existsSync, readFileSync } from "node:fs";
import path from "node:path";
import { badInput } from "../../config/failure/failure.js";
import { othersThan } from "../../config/findings/others.js";
import { type Finding, type LoadResult, loadStack } from "../../config/load/index.js";
import { fileOfTarget, stackFilesIn, stackNameOf } from "../validate/stack-files.js";
import { type StackFile, stackFilesFolder } from "./backend.js";

/** A stack file that was read, or what to tell the person who named it. */
export type ReadStack =
  | { readonly kind: "read"; readonly spec: NonNullable<LoadResult["spec"]> }
  | { readonly kind: "wrong"; readonly text: string; readonly findings: readonly Finding[] };

/** The stack that a file is of. */
export function stackIn(file: string, word = file): StackFile {
  const stack = stackNameOf(file);
  if (stack === undefined) {
    throw badInput(
      `${word} is not called like a stack file.`,
      "Stack files are called Pulumi.<stack>.yaml.",
    );
  }
  return { stack, folder: path.dirname(file) };
}

/**
 * The stack that a word on the command line means: its name, or its file, as for `validate`. A file in another folder
 * makes that folder the one with the stack files.
 */
export function stackOf(word: string): string {
  const files = stackFilesFolder();
  const { stack, folder } = stackIn(fileOfTarget(word, process.cwd(), files), word);
  if (folder !== files) {
    process.env.PROXMOX_HA_PROJECT = folder;
  }
  return stack;
}

/** The same with its folder. */
export function stackFileOf(word: string): StackFile {
  const stack = stackOf(word);
  return { stack, folder: stackFilesFolder() };
}

/** Which stacks there are, and how one is begun. */
function missingText(stack: string, file: string, folder: string): string {
  const stacks = stackFilesIn(folder).flatMap((one) => stackNameOf(one) ?? []);
  return `${file}: there is no such stack file. ${othersThan(stack, stacks)} \`proxmox-ha init ${stack}\` begins a new one.\n`;
}

/** For verbs that look at hosts: a mistake in the file ends them before they do. */
export function readStackFile(
  stack: string,
  today: string,
  folder: string = stackFilesFolder(),
): ReadStack {
  const file = path.join(folder, `Pulumi.${stack}.yaml`);
  if (!existsSync(file)) {
    return {
      kind: "wrong",
      text: missingText(stack, file, folder),
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
