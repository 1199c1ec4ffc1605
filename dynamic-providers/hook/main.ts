import { readFileSync } from "node:fs";
import { describeThrown } from "../../config/failure/failure.js";
import { maskOwnSecrets } from "./own-secrets.js";
import { runHook } from "./run-hook.js";
import { hookRequest } from "./schema.js";

/** Runs the command that stands last among the arguments, as the request on the standard input says. */
export async function main(): Promise<void> {
  try {
    const command = process.argv.at(-1) ?? "";
    const request = hookRequest.parse(JSON.parse(readFileSync(0, "utf8")));
    maskOwnSecrets(process.env, request.secretNames);
    await runHook(command, request);
  } catch (thrown) {
    process.stderr.write(`${describeThrown(thrown)}\n`);
    process.exitCode = 1;
  }
}
