import path from "node:path";
import { localBackend } from "./local-backend.mjs";
import { readToolchain, repository } from "./paths.mjs";

/** Where a shell finds the `pulumi` that leaves the committed stack files as they are. */
const plainPulumi = path.join(repository, "toolchain", "plain-pulumi", "bin");

/**
 * The same Pulumi, back-end and passphrase as the command line's, for a person's shell. Of PATH only what is put in front is written:
 * npm has put folders of its own into the one that this process sees.
 * @param {NodeJS.ProcessEnv} [before]
 * @returns {string} lines for `eval "$(npm run --silent setup -- --env)"`
 */
export function shellExports(before = process.env) {
  const { PATH: _path, ...others } = localBackend(before);
  const front = [plainPulumi, ...(readToolchain(before)?.pathPrefix ?? [])].join(path.delimiter);
  return [
    ...Object.entries(others)
      .filter(([name, value]) => value !== undefined && before[name] !== value)
      .map(([name, value]) => `export ${name}=${quoted(String(value))}\n`),
    `export PATH=${quoted(front)}:"$PATH"\n`,
  ].join("");
}

/** @param {string} text */
const quoted = (text) => `'${text.replaceAll("'", "'\\''")}'`;
