// Runs the real Pulumi. What works on a stack works in the folder where the command line keeps its copies of project and stack
// file, because Pulumi writes the salt of its encryption into the file that it reads, and the committed one must stay as it is.
import { spawn } from "node:child_process";
import { once } from "node:events";
import path from "node:path";
import { runOrFail } from "../command.mjs";
import { localBackend, localStack } from "../local-backend.mjs";
import { repository } from "../paths.mjs";
import { operationOf } from "./operation.mjs";

const args = process.argv.slice(2);
const env = localBackend();
const operation = isOurs() ? operationOf(args) : undefined;
const stack = operation === undefined ? undefined : (operation.stack ?? (await selected()));
const cwd = stack === undefined ? process.cwd() : await localStack(stack, env);
// The stack that is selected here is not the one that is selected there.
const named = stack === undefined || operation?.stack !== undefined ? [] : ["--stack", stack];

// A Ctrl-C goes to Pulumi as well, which decides when it has ended.
process.on("SIGINT", () => {}).on("SIGTERM", () => {});
const child = spawn("pulumi", [...args, ...named], { cwd, env, stdio: "inherit" });
const [status] = await once(child, "close");
process.exitCode = status ?? 1;

/** The shell may be used for projects of others too. */
function isOurs() {
  const folders = [repository, path.resolve(env.PROXMOX_HA_PROJECT || repository)];
  return folders.some((folder) => !path.relative(folder, process.cwd()).startsWith(".."));
}

/** @returns {Promise<string | undefined>} none, so that Pulumi itself says what is missing */
async function selected() {
  try {
    const { stdout } = await runOrFail("pulumi", ["stack", "--show-name", "--non-interactive"], {
      env,
    });
    return stdout.trim() || undefined;
  } catch {
    return undefined;
  }
}
