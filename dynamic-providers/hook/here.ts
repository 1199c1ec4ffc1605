import { spawn } from "node:child_process";
import type { RunResult } from "../transport/ssh/run-options.js";

/** More than this of a hook's words nobody reads; the last ones say why it ended. */
const KEPT_CHARACTERS = 8_000;

export interface EndOfCommand extends RunResult {
  /** It was ended because its time was over. */
  readonly late: boolean;
}

/**
 * Runs a shell command on this machine, in the folder of the stack file. Its processes form a group of their own, so that
 * a deadline or an interrupt ends all of them and not the shell alone.
 */
export function runHere(
  command: string,
  folder: string,
  deadlineMs: number,
): Promise<EndOfCommand> {
  return new Promise((resolve, reject) => {
    const child = spawn("/bin/sh", ["-c", command], {
      stdio: ["ignore", "pipe", "pipe"],
      detached: true,
      cwd: folder,
    });
    let late = false;
    let stdout = "";
    let stderr = "";
    const endAll = (signal: NodeJS.Signals): void => {
      if (child.pid !== undefined) {
        try {
          process.kill(-child.pid, signal);
        } catch {
          // It has ended by itself.
        }
      }
    };
    const interrupted = (): void => endAll("SIGTERM");
    process.on("SIGINT", interrupted).on("SIGTERM", interrupted);
    const timer = setTimeout(() => {
      late = true;
      endAll("SIGKILL");
    }, deadlineMs);
    child.stdout.setEncoding("utf8").on("data", (text: string) => {
      stdout = `${stdout}${text}`.slice(-KEPT_CHARACTERS);
    });
    child.stderr.setEncoding("utf8").on("data", (text: string) => {
      stderr = `${stderr}${text}`.slice(-KEPT_CHARACTERS);
    });
    child.once("error", reject);
    child.once("close", (code, signal) => {
      clearTimeout(timer);
      process.off("SIGINT", interrupted).off("SIGTERM", interrupted);
      resolve({ status: code ?? undefined, signal: signal ?? undefined, stdout, stderr, late });
    });
  });
}
