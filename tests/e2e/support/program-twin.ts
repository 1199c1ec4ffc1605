import { cpSync, mkdirSync, rmSync } from "node:fs";
import path from "node:path";
import environment from "../../../toolchain/pulumi-environment.cjs";
import {
  bringUp,
  eventually,
  expectDone,
  type Finished,
  type Running,
  RunningTwin,
  type UpOptions,
} from "../../../twin/testing/index.js";
import { type ClusterStatus, clusterStatus } from "./cluster-status.js";
import { RunLogFile } from "./run-log-file.js";

const repository = path.resolve(__dirname, "..", "..", "..");
const commandLine = [process.execPath, path.join(repository, "bin", "automation", "main.js")];
/** A run hangs when it is not over by then, also on a machine that does much else. */
const runDeadlineMs = 580_000;

export type Verb =
  | "up"
  | "preview"
  | "refresh"
  | "status"
  | "whatif"
  | "report"
  | "runbook"
  | "doctor"
  | "maintenance"
  | "upgrade"
  | "node"
  | "fence"
  | "drill"
  | "accept";

/** One twin with the real program inside it, as a user has it, and the places where both keep things. */
export class ProgramTwin extends RunningTwin {
  override readonly commandLine: readonly string[] = [...commandLine, "twin"];
  private runs = 0;

  static override up(purpose: string, stack?: string, options?: UpOptions): Promise<ProgramTwin> {
    return bringUp(ProgramTwin, purpose, stack, options);
  }

  /** What the program's folder in the twin is called; the twin removes it at its end. */
  get programFolder(): string {
    return path.join(this.runFolder, "program");
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

  /** Any words of the command line, as for another stack on the same hosts. */
  async say(words: readonly string[], env: NodeJS.ProcessEnv = {}): Promise<Finished> {
    const command = [...commandLine, ...words];
    return await this.startInside(command, { env, deadlineMs: runDeadlineMs }).finished;
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
