import { type ChildProcess, spawn } from "node:child_process";
import { appendFileSync, openSync, readFileSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";

export interface ServicePlan {
  readonly name: string;
  /** What it is, for people. */
  readonly title: string;
  readonly command: readonly string[];
  readonly log: string;
  /** Tells when it answers; without it a running process is enough. */
  readonly ready?: () => Promise<boolean>;
  readonly env?: NodeJS.ProcessEnv;
}

/** Not a judgement on speed: on a machine with other work a Python server takes a minute to begin. */
const READY_TIMEOUT_MS = 120_000;
const RESTART_DELAY_MS = 1_000;

/** A process of the twin beside the hosts: kept running until it is told to stop. */
export class Service {
  readonly #plan: ServicePlan;
  readonly #procsFile: string;
  #child: ChildProcess | undefined;
  #wanted = false;
  #restarts = 0;

  constructor(plan: ServicePlan, procsFile: string) {
    this.#plan = plan;
    this.#procsFile = procsFile;
  }

  get name(): string {
    return this.#plan.name;
  }

  describe(): { name: string; title: string; running: boolean; restarts: number } {
    const { name, title } = this.#plan;
    return { name, title, running: this.#child !== undefined, restarts: this.#restarts };
  }

  async start(): Promise<void> {
    this.#wanted = true;
    this.#spawn();
    const deadline = Date.now() + READY_TIMEOUT_MS;
    while (!(await this.#answers())) {
      if (this.#restarts > 2 || Date.now() > deadline) {
        await this.stop();
        const said = readFileSync(this.#plan.log, "utf8").trim().split("\n").slice(-5);
        throw new Error(`${this.#plan.title} did not start; it said:\n  ${said.join("\n  ")}`);
      }
      await sleep(30);
    }
  }

  async stop(): Promise<void> {
    this.#wanted = false;
    const child = this.#child;
    if (child === undefined) return;
    child.kill("SIGTERM");
    const deadline = Date.now() + 3_000;
    while (this.#child !== undefined) {
      if (Date.now() > deadline) child.kill("SIGKILL");
      await sleep(20);
    }
  }

  async #answers(): Promise<boolean> {
    if (this.#child === undefined) return false;
    return this.#plan.ready === undefined ? true : this.#plan.ready().catch(() => false);
  }

  #spawn(): void {
    const output = openSync(this.#plan.log, "a");
    const enter = `echo 0 > ${this.#procsFile}; exec "$@"`;
    const child = spawn("sh", ["-c", enter, "sh", ...this.#plan.command], {
      stdio: ["ignore", output, output],
      env: this.#plan.env ?? process.env,
    });
    this.#child = child;
    const ended = (code: number | null) => {
      if (this.#child !== child) return;
      this.#child = undefined;
      if (!this.#wanted) return;
      this.#restarts += 1;
      appendFileSync(this.#plan.log, `ended with ${code ?? "a signal"}; starting it again\n`);
      setTimeout(() => {
        if (this.#wanted) this.#spawn();
      }, RESTART_DELAY_MS).unref();
    };
    child.on("exit", ended);
    child.on("error", () => ended(null));
  }
}
