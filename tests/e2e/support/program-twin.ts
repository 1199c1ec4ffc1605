import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { z } from "zod";
import environment from "../../../toolchain/pulumi-environment.cjs";
import { eventually } from "../../support/eventually.js";
import { type ClusterStatus, clusterStatus } from "./cluster-status.js";
import { type Finished, type Running, start } from "./command.js";
import { RunLogFile } from "./run-log-file.js";

const repository = path.resolve(__dirname, "..", "..", "..");
const commandLine = [process.execPath, path.join(repository, "bin", "automation", "main.js")];
/** A run hangs when it is not over by then, also on a machine that does much else. */
const runDeadlineMs = 580_000;
const secretsSchema = z.record(z.string(), z.string());

export type Verb = "up" | "preview" | "refresh" | "status" | "doctor";

/** One twin with the real program inside it, as a user has it, and the places where both keep things. */
export class ProgramTwin {
  private runs = 0;
  private constructor(
    readonly name: string,
    readonly stack: string,
    /** Logs of runs and copies of state; gone with the twin. */
    readonly folder: string,
  ) {}

  static async up(
    purpose: string,
    stack = "frege",
    { deadlineMs = 300_000 }: { readonly deadlineMs?: number } = {},
  ): Promise<ProgramTwin> {
    const name = `e2e-${purpose}-${process.pid}`;
    const twin = new ProgramTwin(name, stack, mkdtempSync(path.join(tmpdir(), `${name}-`)));
    try {
      await twin.twin(["up", stack, "--name", name], deadlineMs);
    } catch (error) {
      await twin.down();
      throw error;
    }
    return twin;
  }

  async down(): Promise<void> {
    rmSync(this.folder, { recursive: true, force: true });
    await this.twin(["down", this.name, "--forget-snapshots"]);
  }

  /** A verb of the twin's own command line; anything but success is an error with what it said. */
  async twin(words: readonly string[], deadlineMs = 300_000): Promise<string> {
    const done = await start([...commandLine, "twin", ...words], { deadlineMs }).finished;
    return expectDone(done, `twin ${words.join(" ")}`);
  }

  /** What the program's folder in the twin is called; the twin removes it at its end. */
  get programFolder(): string {
    return path.join("/run/proxmox-ha/twins", this.name, "program");
  }

  /** Every password that was made up for this twin. */
  secrets(): string[] {
    const file = path.join(this.programFolder, "..", "secrets.json");
    return Object.values(secretsSchema.parse(JSON.parse(readFileSync(file, "utf8"))));
  }

  startInside(
    command: readonly string[],
    options: { readonly env?: NodeJS.ProcessEnv; readonly deadlineMs?: number } = {},
  ): Running {
    return start([...commandLine, "twin", "run", this.name, "--", ...command], options);
  }

  /** Starts a verb of the program inside the twin, with a log of its own. */
  startRun(
    verb: Verb,
    words: readonly string[] = [],
    deadlineMs = runDeadlineMs,
  ): { running: Running; log: RunLogFile } {
    this.runs += 1;
    const log = new RunLogFile(path.join(this.folder, `run-${this.runs}-${verb}.jsonl`));
    const command = [...commandLine, verb, this.stack, ...words];
    const running = this.startInside(command, {
      env: { PROXMOX_HA_RUN_LOG: log.path },
      deadlineMs,
    });
    return { running, log };
  }

  async run(
    verb: Verb,
    words: readonly string[] = [],
    deadlineMs = runDeadlineMs,
  ): Promise<{ done: Finished; log: RunLogFile }> {
    const { running, log } = this.startRun(verb, words, deadlineMs);
    return { done: await running.finished, log };
  }

  /** `up` that must succeed. */
  async runUp(
    options: { readonly deadlineMs?: number } = {},
  ): Promise<{ done: Finished; log: RunLogFile }> {
    const { done, log } = await this.run("up", [], options.deadlineMs);
    expectDone(done, `up ${this.stack}`);
    return { done, log };
  }

  async status(): Promise<ClusterStatus> {
    const { done } = await this.run("status", ["--json"]);
    if (done.stdout.trim() === "") {
      throw new Error(`status said nothing (status ${done.status}): ${done.stderr}`);
    }
    return clusterStatus.parse(JSON.parse(done.stdout));
  }

  /** Waits until the nodes themselves say that all is well; the program does nothing meanwhile. */
  async untilHealthy(deadlineMs: number): Promise<number> {
    const began = performance.now();
    let last = "nothing yet";
    const waiting = eventually(
      async () => {
        const status = await this.status();
        last = JSON.stringify({ nodes: status.nodes, links: status.links, of: status.storages });
        return status.healthy;
      },
      () => `not healthy after ${deadlineMs / 1000} s: ${last}`,
      deadlineMs,
    );
    await waiting.catch(async (error: unknown) => {
      const twin = await this.twin(["status", this.name]);
      throw new Error(`${error instanceof Error ? error.message : String(error)}\n${twin}`);
    });
    return Math.round((performance.now() - began) / 100) / 10;
  }

  /** Runs a script on a node as root and gives back what it printed. */
  async on(node: string, script: string, deadlineMs = 60_000): Promise<string> {
    const words = [...commandLine, "twin", "ssh", this.name, node, "--", script];
    const done = await start(words, { deadlineMs }).finished;
    return expectDone(done, `on ${node}: ${script}`);
  }

  /** Pulumi's own command line on the same state, as users have it who do without ours. */
  startPulumi(words: readonly string[], log = path.join(this.folder, "pulumi.jsonl")): Running {
    const env = { ...environment.pulumiEnvironment(process.env), PROXMOX_HA_RUN_LOG: log };
    const command = `cd ${this.projectFolder} && exec pulumi "$@" --stack ${this.stack}`;
    return this.startInside(["sh", "-c", command, "pulumi", ...words], { env });
  }

  /** The exported state, with what the engine encrypted left encrypted. */
  async exportedState(): Promise<string> {
    const done = await this.startPulumi(["stack", "export"]).finished;
    return expectDone(done, "stack export");
  }

  get projectFolder(): string {
    return path.join(this.programFolder, "project");
  }

  /** Hosts and the program's state as they are now, to come back to. */
  async keep(label: string): Promise<void> {
    await this.twin(["snapshot", this.name, label]);
    // Before the first run there is nothing of the program yet.
    mkdirSync(this.programFolder, { recursive: true, mode: 0o700 });
    cpSync(this.programFolder, path.join(this.folder, `state-${label}`), { recursive: true });
  }

  async comeBackTo(label: string): Promise<void> {
    await this.twin(["restore", this.name, label]);
    rmSync(this.programFolder, { recursive: true, force: true });
    cpSync(path.join(this.folder, `state-${label}`), this.programFolder, { recursive: true });
  }
}

function expectDone(done: Finished, what: string): string {
  if (done.status !== 0) {
    const words = `${done.stdout}\n${done.stderr}`.trim().split("\n").slice(-40).join("\n");
    throw new Error(`${what} ended with status ${done.status}:\n${words}`);
  }
  return done.stdout;
}
