import path from "node:path";
import { run, runOrFail } from "./command.mjs";
import { oldestGoVersion } from "./pins.mjs";
import { isAtLeast } from "./version.mjs";

/** @returns {Promise<{ usable: boolean, reason: string }>} */
export async function findGo() {
  const answer = await run("go", ["env", "GOVERSION"]).catch(() => undefined);
  const version = answer?.status === 0 ? answer.stdout.trim() : undefined;
  if (version === undefined) return { usable: false, reason: "there is no go on PATH" };
  return isAtLeast(version, oldestGoVersion)
    ? { usable: true, reason: `${version} is on PATH` }
    : { usable: false, reason: `${version} is older than ${oldestGoVersion}` };
}

/**
 * Builds one program from modules with the pinned go.sum. Never `go mod download`: it asks for modules that no build
 * needs. CGO stays off so that the result doesn't depend on a C compiler and its headers.
 * @param {{
 *   module: string, target: string, output: string, linkerFlags: string, note?: (text: string) => void,
 * }} build
 */
export async function goBuild({ module, target, output, linkerFlags, note }) {
  let fetched = 0;
  await runOrFail(
    "go",
    [
      "build",
      "-trimpath",
      "-buildvcs=false",
      "-mod=readonly",
      "-ldflags",
      `-s -w ${linkerFlags}`,
    ].concat("-o", path.resolve(output), target),
    {
      cwd: module,
      env: { ...process.env, CGO_ENABLED: "0", GOFLAGS: "", GOWORK: "off" },
      onLine: (line) => {
        if (line.startsWith("go: downloading ")) note?.(`${++fetched} modules fetched`);
      },
    },
  );
}
