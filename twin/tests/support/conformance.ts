import { writeFileSync } from "node:fs";
import path from "node:path";
import type { Finished, RunningTwin } from "../../testing/index.js";

const repository = path.resolve(__dirname, "..", "..", "..");

/** Holds tables of expected behaviour against the layer of a twin, from where the program would run. */
export async function holdAgainst(
  twin: RunningTwin,
  tables: readonly string[] = [],
  deadlineMs = 600_000,
): Promise<Finished> {
  const passwordFile = path.join(twin.folder, "root-password");
  writeFileSync(passwordFile, twin.secretAt("ssm:/ms01/hosts/root_password"), { mode: 0o600 });
  return twin.startInside(
    [
      process.execPath,
      path.join(repository, "bin", "twin", "conformance", "main.js"),
      "--password-file",
      passwordFile,
      "--host",
      ...["a=frege=10.203.3.11", "b=russell=10.203.3.12", "c=wittgenstein=10.203.3.13"],
      ...(tables.length === 0 ? [] : ["--table"]),
      ...tables.map((name) => path.join(repository, "twin", "pve", "conformance", name)),
    ],
    { deadlineMs },
  ).finished;
}
