import { Failure, messageOf } from "../../config/failure/failure.js";
import { visible } from "../visible.js";
import { EXIT, type ExitStatus, statusOfFailures } from "./exit-status.js";

/** With `--json` there is one JSON object on standard output, whatever happens; without, words on standard error. */
export function tell(status: ExitStatus, errors: readonly string[], json: boolean): ExitStatus {
  if (json) {
    process.stdout.write(`${JSON.stringify({ status, errors })}\n`);
  } else {
    process.stderr.write(errors.map((error) => `${visible(error.trimEnd())}\n`).join(""));
  }
  return status;
}

/** Runs a verb to its exit status. A failure of the world has its own, anything else is a fault of the program. */
export async function told(json: boolean, work: () => Promise<ExitStatus>): Promise<void> {
  try {
    process.exitCode = await work();
  } catch (error) {
    const trace = process.env.PROXMOX_HA_TRACE === "1" && error instanceof Error;
    const text = trace ? (error.stack ?? error.message) : messageOf(error);
    const status = error instanceof Failure ? statusOfFailures([error.kind]) : EXIT.failed;
    process.exitCode = tell(status, [text], json);
  }
}
