import { appendFileSync, mkdirSync } from "node:fs";
import path from "node:path";
import { maskSecrets } from "../../../config/failure/hidden-text.js";

/** One step on one host, as the run's log and the live view see it. */
export interface StepEvent {
  readonly at: string;
  readonly host: string;
  readonly resource: string;
  readonly verb: string;
  readonly durationMs: number;
  readonly bytes: number;
  readonly changed: boolean;
  readonly outcome: "ok" | "failed";
}

export interface HostCounters {
  roundTrips: number;
  connections: number;
  bytesSent: number;
  bytesReceived: number;
}

/** What the transports need of a log. */
export interface RunLog {
  step(event: Omit<StepEvent, "at">): void;
  count(host: string, what: Partial<HostCounters>): void;
  /** What a resource is about to change, with digests and lists that nobody reads while it runs. */
  changes(resource: string, what: readonly string[]): void;
  /** Commands as they are sent; silent unless tracing is on. */
  trace(host: string, text: string): void;
  /** A line for the person who watches. */
  say(line: string): void;
  counters(): Readonly<Record<string, Readonly<HostCounters>>>;
}

export interface RunLogOptions {
  readonly file: string | undefined;
  readonly trace: boolean;
  readonly now: () => number;
  readonly print: (line: string) => void;
}

/** The log of one process: JSON lines in a file, counters in memory, traces on demand. */
export class FileRunLog implements RunLog {
  private readonly hosts = new Map<string, HostCounters>();
  private folderMade = false;
  private finished = false;

  constructor(private readonly options: RunLogOptions) {}

  step(event: Omit<StepEvent, "at">): void {
    this.append({ at: new Date(this.options.now()).toISOString(), ...event });
  }

  changes(resource: string, what: readonly string[]): void {
    this.append({ at: new Date(this.options.now()).toISOString(), resource, changes: what });
  }

  count(host: string, what: Partial<HostCounters>): void {
    const counters = this.hosts.get(host) ?? none();
    this.hosts.set(host, {
      roundTrips: counters.roundTrips + (what.roundTrips ?? 0),
      connections: counters.connections + (what.connections ?? 0),
      bytesSent: counters.bytesSent + (what.bytesSent ?? 0),
      bytesReceived: counters.bytesReceived + (what.bytesReceived ?? 0),
    });
  }

  counters(): Readonly<Record<string, Readonly<HostCounters>>> {
    return Object.fromEntries(this.hosts);
  }

  trace(host: string, text: string): void {
    if (this.options.trace) {
      for (const line of maskSecrets(text).split("\n")) {
        this.options.print(`${host} | ${line}`);
      }
    }
  }

  say(line: string): void {
    this.options.print(maskSecrets(line));
  }

  /** Writes the counters as the last line, for the benchmark; once, although an interrupt and the exit both ask for it. */
  finish(): void {
    if (this.hosts.size > 0 && !this.finished) {
      this.finished = true;
      this.append({ at: new Date(this.options.now()).toISOString(), counters: this.counters() });
    }
  }

  private append(entry: object): void {
    const { file } = this.options;
    if (file === undefined) {
      return;
    }
    if (!this.folderMade) {
      mkdirSync(path.dirname(file), { recursive: true, mode: 0o700 });
      this.folderMade = true;
    }
    // Synchronous on purpose: the last lines before a kill are the ones that matter.
    appendFileSync(file, `${maskSecrets(JSON.stringify(entry))}\n`, { mode: 0o600 });
  }
}

/** Where a run that begins now writes its log: where the environment says, else in a file of its own below the stack's folder. */
export function runLogFile(folder: string, env: NodeJS.ProcessEnv): string {
  const stamp = new Date().toISOString().replace(/[:.]/g, "-");
  return env.PROXMOX_HA_RUN_LOG ?? path.join(folder, "runs", `${stamp}.jsonl`);
}

/** The log as the environment asks for it; what people shall read goes to standard error where nobody else takes it. */
export function runLogFromEnvironment(
  env: NodeJS.ProcessEnv = process.env,
  print: (line: string) => void = (line) => process.stderr.write(`${line}\n`),
): FileRunLog {
  const stack = env.PULUMI_STACK ?? env.PROXMOX_HA_STACK ?? "stack";
  return new FileRunLog({
    file: runLogFile(path.join(".proxmox-ha", stack), env),
    trace: env.PROXMOX_HA_TRACE === "1",
    now: Date.now,
    print,
  });
}

function none(): HostCounters {
  return { roundTrips: 0, connections: 0, bytesSent: 0, bytesReceived: 0 };
}

/** Writes and counts as another log does, and tells people nothing. */
export class QuietLog implements RunLog {
  constructor(private readonly log: RunLog) {}
  step(event: Omit<StepEvent, "at">): void {
    this.log.step(event);
  }
  changes(resource: string, what: readonly string[]): void {
    this.log.changes(resource, what);
  }
  count(host: string, what: Partial<HostCounters>): void {
    this.log.count(host, what);
  }
  trace(host: string, text: string): void {
    this.log.trace(host, text);
  }
  say(): void {
    // Told by whoever looks.
  }
  counters(): Readonly<Record<string, Readonly<HostCounters>>> {
    return this.log.counters();
  }
}
