// The interpreter of the stack's hooks: @pulumi/command starts it with the command as its last word and the request on
// its standard input.
import { readFileSync } from "node:fs";
import { describeThrown } from "../../config/failure/failure.js";
import { maskOwnSecrets } from "./own-secrets.js";
import { hookRequest } from "./request.js";
import { runHook } from "./run-hook.js";

async function main(): Promise<void> {
  const command = process.argv.at(-1) ?? "";
  const request = hookRequest.parse(JSON.parse(readFileSync(0, "utf8")));
  maskOwnSecrets(process.env, request.secretNames);
  await runHook(command, request);
}

main().catch((thrown: unknown) => {
  process.stderr.write(`${describeThrown(thrown)}\n`);
  process.exitCode = 1;
});
