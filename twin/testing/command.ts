import { spawn } from "node:child_process";
import { killTree } from "./process-tree.js";

export interface Finished {
  readonly status: number;
  readonly stdout: string;
  readonly stderr: string;
  readonly seconds: number;
}

export interface Running {
  readonly pid: number;
  readonly finished: Promise<Finished>;
  /** The whole tree at once, as when the controller loses its power. */
  kill(): void;
}

/** Starts a program; its output is kept, and its tree is killed when it outlives its deadline. */
export function start(
  command: readonly string[],
  options: {
    readonly env?: NodeJS.ProcessEnv;
    readonly deadlineMs?: number;
    readonly input?: string;
  } = {},
): Running {
  const began = performance.now();
  const [program = "", ...args] = command;
  const child = spawn(program, args, {
    env: { ...process.env, ...options.env },
    stdio: ["pipe", "pipe", "pipe"],
  });
  const { pid } = child;
  if (pid === undefined) {
    throw new Error(`${program} cannot be started`);
  }
  // A program that ends without reading what it is given has said why in its own words.
  child.stdin.on("error", () => undefined);
  child.stdin.end(options.input ?? "");
  let stdout = "";
  let stderr = "";
  child.stdout.setEncoding("utf8").on("data", (text: string) => {
    stdout += text;
  });
  child.stderr.setEncoding("utf8").on("data", (text: string) => {
    stderr += text;
  });
  const deadlineMs = options.deadlineMs ?? 300_000;
  const timer = setTimeout(() => {
    stderr += `\nkilled: not done after ${deadlineMs / 1000} s\n`;
    killTree(pid);
  }, deadlineMs);
  const finished = new Promise<Finished>((resolve, reject) => {
    child.once("error", reject);
    child.once("close", (code) => {
      clearTimeout(timer);
      const seconds = Math.round((performance.now() - began) / 100) / 10;
      resolve({ status: code ?? 137, stdout, stderr, seconds });
    });
  });
  return { pid, finished, kill: () => killTree(pid) };
}
