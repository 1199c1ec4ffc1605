import { existsSync, rmSync } from "node:fs";
import path from "node:path";
import { run } from "../command.mjs";
import { repository } from "../paths.mjs";
import { filesBelow, readIfThere, stampOf, writeAtomically } from "../stamp.mjs";

const output = path.join(repository, "bin");
const stampFile = path.join(output, ".compiled-from");
const underWay = path.join(output, ".compiling");
const folders = ["config", "components", "dynamic-providers", "automation", "twin"];
/** As in tsconfig.json: tests of the twin and what it offers to tests run from their sources. */
const uncompiled = ["tests", "testing"].map((part) => path.join(repository, "twin", part, "/"));
const compileSeconds = 10;

function sources() {
  const files = folders.flatMap((folder) =>
    filesBelow(
      path.join(repository, folder),
      (file) => file.endsWith(".ts") && !uncompiled.some((part) => file.startsWith(part)),
    ),
  );
  return [...files, path.join(repository, "index.ts")].filter((file) => existsSync(file));
}

/** @returns {{ current: boolean, stamp: string, reason: string }} */
export function compilation() {
  const files = sources();
  const stamp = stampOf({
    texts: files.map((file) => path.relative(repository, file)),
    files: [
      ...files,
      path.join(repository, "tsconfig.json"),
      path.join(repository, "package-lock.json"),
    ],
  });
  const found = readIfThere(stampFile)?.toString();
  if (found === undefined) return { current: false, stamp, reason: "nothing whole is compiled" };
  return found === stamp
    ? { current: true, stamp, reason: "bin/ is compiled from these sources" }
    : { current: false, stamp, reason: "sources changed since the last compilation" };
}

/**
 * The stamp goes first and comes back last, so that a compilation that was cut or failed counts as none. What the
 * compiler remembers of the last one is trusted unless that one was cut.
 * @param {import("../progress.mjs").Progress} progress
 */
export async function compile(progress) {
  const state = compilation();
  if (state.current) return;
  if (existsSync(underWay)) rmSync(path.join(output, ".tsbuildinfo"), { force: true });
  rmSync(stampFile, { force: true });
  writeAtomically(underWay, "");
  await progress.long("compile", state.reason, compileSeconds, async () => {
    const compiler = path.join(repository, "node_modules", "typescript", "bin", "tsc");
    const result = await run(process.execPath, [compiler, "-p", "tsconfig.json"], {
      cwd: repository,
    });
    rmSync(underWay, { force: true });
    if (result.status !== 0) throw new Error(`the sources don't compile:\n${result.stdout}`);
  });
  removeOrphans();
  writeAtomically(stampFile, state.stamp);
}

/** A module whose source is gone must not be found by a `require` that was forgotten, nor come into the package. */
function removeOrphans() {
  const compiled = /\.(js|js\.map|d\.ts)$/;
  for (const file of filesBelow(output, (name) => compiled.test(name))) {
    const source = path.relative(output, file).replace(compiled, ".ts");
    if (!existsSync(path.join(repository, source))) rmSync(file);
  }
}
