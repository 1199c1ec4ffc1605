import { spawn } from "node:child_process";

export interface RunOptions {
  readonly input?: string;
  readonly env?: NodeJS.ProcessEnv;
  readonly timeoutMs?: number;
  /** Receives each line of both outputs while the command runs. */
  readonly onLine?: (line: string) => void;
}

export interface RunResult {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** A command that ended with something else than success, with what it said. */
export class CommandError extends Error {
  constructor(
    readonly command: readonly string[],
    readonly result: RunResult,
  ) {
    const said = (result.stderr.trim() || result.stdout.trim()).split("\n").slice(-6).join("\n  ");
    super(
      `${command.slice(0, 12).join(" ")} ended with ${result.code}${said === "" ? "" : `:\n  ${said}`}`,
    );
  }
}

/** Runs a command to its end and gives back what it said, whatever its exit code. */
export function attempt(command: readonly string[], options: RunOptions = {}): Promise<RunResult> {
  const [program = "", ...args] = command;
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, {
      stdio: ["pipe", "pipe", "pipe"],
      env: options.env ?? process.env,
    });
    const output = { stdout: "", stderr: "" };
    const deadline =
      options.timeoutMs === undefined
        ? undefined
        : setTimeout(() => child.kill("SIGKILL"), options.timeoutMs);
    for (const stream of ["stdout", "stderr"] as const) {
      let rest = "";
      child[stream].setEncoding("utf8").on("data", (chunk: string) => {
        output[stream] += chunk;
        if (options.onLine === undefined) return;
        const lines = (rest + chunk).split("\n");
        rest = lines.pop() ?? "";
        for (const line of lines) options.onLine(line);
      });
    }
    child.on("error", (error) => {
      clearTimeout(deadline);
      reject(new Error(`${program} could not be started: ${error.message}`));
    });
    child.on("close", (code, signal) => {
      clearTimeout(deadline);
      if (signal === "SIGKILL" && options.timeoutMs !== undefined) {
        output.stderr += `\nstopped after ${options.timeoutMs / 1000} s`;
      }
      resolve({ code: code ?? 128, ...output });
    });
    child.stdin.on("error", () => undefined);
    child.stdin.end(options.input ?? "");
  });
}

/** Runs a command that has to succeed. */
export async function run(command: readonly string[], options: RunOptions = {}): Promise<string> {
  const result = await attempt(command, options);
  if (result.code !== 0) throw new CommandError(command, result);
  return result.stdout;
}

/** Runs many lines of one shell, which saves a process for each of them. */
export function runScript(lines: readonly string[], options: RunOptions = {}): Promise<string> {
  return run(["sh", "-e", "-s"], { ...options, input: `${lines.join("\n")}\n` });
}
