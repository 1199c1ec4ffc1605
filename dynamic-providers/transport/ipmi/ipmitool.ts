import { spawn } from "node:child_process";

export interface IpmitoolResult {
  /** Null when the deadline ended it. */
  readonly exitCode: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs ipmitool once. The password travels in the child's environment, never among its arguments. */
export function runIpmitool(
  args: readonly string[],
  password: string,
  deadlineMs: number,
): Promise<IpmitoolResult> {
  return new Promise((resolve, reject) => {
    const child = spawn("ipmitool", args, {
      env: { PATH: process.env.PATH, LC_ALL: "C", IPMI_PASSWORD: password },
      stdio: ["ignore", "pipe", "pipe"],
    });
    let stdout = "";
    let stderr = "";
    child.stdout.on("data", (chunk: Buffer) => {
      stdout += chunk.toString("utf8");
    });
    child.stderr.on("data", (chunk: Buffer) => {
      stderr += chunk.toString("utf8");
    });
    const deadline = setTimeout(() => child.kill("SIGKILL"), deadlineMs);
    child.once("error", (error) => {
      clearTimeout(deadline);
      reject(error);
    });
    child.once("close", (exitCode) => {
      clearTimeout(deadline);
      resolve({ exitCode, stdout, stderr });
    });
  });
}
