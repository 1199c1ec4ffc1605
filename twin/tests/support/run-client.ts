import { spawn } from "node:child_process";

export interface Ended {
  readonly code: number | null;
  readonly output: string;
}

/** Runs another program, its secrets on stdin or in its environment; `output` is stdout and stderr together. */
export function runClient(
  command: string,
  args: readonly string[],
  options: {
    readonly input?: string;
    readonly env?: Readonly<Record<string, string>>;
    readonly timeoutMs?: number;
  } = {},
): Promise<Ended> {
  return new Promise((done, fail) => {
    const child = spawn(command, args, { env: { ...process.env, ...options.env } });
    let output = "";
    const listen = (chunk: Buffer) => {
      output += chunk.toString("utf8");
    };
    child.stdout.on("data", listen);
    child.stderr.on("data", listen);
    child.once("error", fail);
    const deadline = setTimeout(() => child.kill("SIGKILL"), options.timeoutMs ?? 30_000);
    child.once("close", (code) => {
      clearTimeout(deadline);
      done({ code, output });
    });
    child.stdin.end(options.input ?? "");
  });
}

/** `key=value` lines as fence agents read them on stdin. */
export function agentInput(options: Readonly<Record<string, string | number>>): string {
  return Object.entries(options)
    .map(([key, value]) => `${key}=${value}\n`)
    .join("");
}
