// `npm run generate` writes the files that are made from the schema and the commands; `--check` says which of them are stale.
import { createRequire } from "node:module";
import path from "node:path";
import { repository } from "./paths.mjs";
import { makeProgress } from "./progress.mjs";
import { readIfThere, writeAtomically } from "./stamp.mjs";
import { compile } from "./steps/compile.mjs";

/** @typedef {{ path: string, render: () => string }} Generator a path from the repository's root, and its content */

const SOURCES = ["config/generators", "automation/generators"];

/** @returns {Generator[]} */
function loadGenerators() {
  const require = createRequire(import.meta.url);
  return SOURCES.flatMap((source) => {
    const { generators } = require(path.join(repository, "bin", `${source}.js`));
    if (!Array.isArray(generators)) throw new Error(`${source}.ts exports no list generators`);
    return generators;
  });
}

/** @param {boolean} onlyCheck */
async function main(onlyCheck) {
  await compile(makeProgress());
  const stale = loadGenerators()
    .map((generator) => ({ ...generator, content: generator.render() }))
    .filter(
      ({ path: file, content }) => readIfThere(path.join(repository, file))?.toString() !== content,
    );
  for (const { path: file, content } of stale) {
    process.stdout.write(`${onlyCheck ? "stale" : "written"}: ${file}\n`);
    if (!onlyCheck) writeAtomically(path.join(repository, file), content);
  }
  if (onlyCheck && stale.length > 0) {
    process.stdout.write("Run `npm run generate` and commit the result.\n");
    process.exitCode = 1;
  }
}

try {
  await main(process.argv.includes("--check"));
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : error}\n`);
  process.exitCode = 1;
}
