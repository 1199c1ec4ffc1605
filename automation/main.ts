import { createProgram } from "./program.js";

// The entry of the command line: whoever requires this file runs it. What arrives here is no mistake of the user.
createProgram()
  .parseAsync(process.argv)
  .catch((error: unknown) => {
    const trace = process.env.PROXMOX_HA_TRACE === "1" && error instanceof Error;
    const text = error instanceof Error ? error.message : String(error);
    process.stderr.write(`${trace ? error.stack : text}\n`);
    process.exitCode = 1;
  });
