import { readFileSync } from "node:fs";
import path from "node:path";
import { z } from "zod";
import { withLastingKeys } from "./engine/lasting-keys.js";
import { createProgram } from "./program.js";
import { visible } from "./visible.js";

// The entry of the command line: whoever requires this file runs it. What arrives here is no mistake of the user.
// Which Node versions work is this project's own statement; the SDK of AWS would print eight lines about it.
process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED = "true";

/** The compiled command line lies two folders below it. */
const projectRoot = path.join(__dirname, "..", "..");
Object.assign(process.env, withLastingKeys(process.env, projectRoot));

const manifest = z.object({ version: z.string() });

/** The number in the package file. */
function version(): string {
  const file = path.join(projectRoot, "package.json");
  return manifest.parse(JSON.parse(readFileSync(file, "utf8"))).version;
}

createProgram(version())
  .parseAsync(process.argv)
  .catch((error: unknown) => {
    const trace = process.env.PROXMOX_HA_TRACE === "1" && error instanceof Error;
    const text = error instanceof Error ? error.message : String(error);
    process.stderr.write(`${visible(trace ? (error.stack ?? text) : text)}\n`);
    process.exitCode = 1;
  });
