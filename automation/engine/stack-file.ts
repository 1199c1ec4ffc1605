import { existsSync, readFileSync } from "node:fs";
import path from "node:path";
import { type LoadResult, loadStack } from "../../config/load/index.js";
import { stackFilesFolder } from "./backend.js";

/** A stack file that was read, or what to tell the person who named it. */
export type ReadStack =
  | { readonly kind: "read"; readonly spec: NonNullable<LoadResult["spec"]> }
  | { readonly kind: "wrong"; readonly text: string };

/** For verbs that look at hosts: a mistake in the file ends them before they do. */
export function readStackFile(stack: string, today: string): ReadStack {
  const file = path.join(stackFilesFolder(), `Pulumi.${stack}.yaml`);
  if (!existsSync(file)) {
    return {
      kind: "wrong",
      text: `${file}: there is no such stack file. Stacks are files called Pulumi.<stack>.yaml.\n`,
    };
  }
  const { spec, findings } = loadStack({ file, text: readFileSync(file, "utf8"), today });
  return spec === undefined
    ? {
        kind: "wrong",
        text: findings.map((one) => `${file}:${one.line ?? 1}: ${one.what} ${one.fix}\n`).join(""),
      }
    : { kind: "read", spec };
}
