import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { z } from "zod";
import { projectRoot, twinPaths } from "../paths.js";
import { type Finished, type Running, start } from "./command.js";

/** The twin's own command line, compiled. */
export const twinCommandLine: readonly string[] = [
  process.execPath,
  path.join(projectRoot(), "bin", "twin", "main.js"),
];
/** A twin starts within this on a machine with other work too. */
const upDeadlineMs = 300_000;
const secretsSchema = z.record(z.string(), z.string());

/** A twin for tests: brought up from a stack, spoken to through the command line, gone at the end. */
export class RunningTwin {
  /** How verbs of the twin are asked for; who has a command line around it says so. */
  readonly commandLine: readonly string[] = twinCommandLine;

  /** Made by `up`. */
  constructor(
    readonly name: string,
    readonly stack: string,
    /** What a test keeps beside the twin; gone with it. */
    readonly folder: string,
  ) {}

  static up(purpose: string, stack?: string, options?: UpOptions): Promise<RunningTwin> {
    return bringUp(RunningTwin, purpose, stack, options);
  }

  async down(): Promise<void> {
    rmSync(this.folder, { recursive: true, force: true });
    await this.twin(["down", this.name, "--forget-snapshots"]);
  }

  /** A verb of the twin's command line; anything but success is an error with what it said. */
  async twin(words: readonly string[], deadlineMs = upDeadlineMs): Promise<string> {
    const done = await start([...this.commandLine, ...words], { deadlineMs }).finished;
    return expectDone(done, `twin ${words.join(" ")}`);
  }

  /** Where the twin keeps what others read; it removes this folder at its end. */
  get runFolder(): string {
    return twinPaths(this.name).run;
  }

  /** The words before a command that runs where the program would run. */
  get controller(): readonly string[] {
    return [...this.commandLine, "run", this.name, "--"];
  }

  startInside(
    command: readonly string[],
    options: { readonly env?: NodeJS.ProcessEnv; readonly deadlineMs?: number } = {},
  ): Running {
    return start([...this.controller, ...command], options);
  }

  /** Runs a script on a node as root and gives back what it printed. */
  async on(node: string, script: string, deadlineMs = 60_000): Promise<string> {
    const words = [...this.commandLine, "ssh", this.name, node, "--", script];
    const done = await start(words, { deadlineMs }).finished;
    return expectDone(done, `on ${node}: ${script}`);
  }

  /** Every password that was made up for this twin. */
  secrets(): string[] {
    return Object.values(this.secretsByPlace());
  }

  /** A value that was made up for this twin, by the place where the stack file refers to it. */
  secretAt(place: string): string {
    const found = this.secretsByPlace();
    const value = found[place];
    if (value === undefined) {
      throw new Error(`the twin has no secret ${place}; it has ${Object.keys(found).join(", ")}`);
    }
    return value;
  }

  private secretsByPlace(): Record<string, string> {
    return secretsSchema.parse(JSON.parse(readFileSync(twinPaths(this.name).secrets, "utf8")));
  }
}

export interface UpOptions {
  readonly deadlineMs?: number;
}

/** Brings up a twin of a class; one that does not come up leaves nothing behind. */
export async function bringUp<T extends RunningTwin>(
  kind: new (name: string, stack: string, folder: string) => T,
  purpose: string,
  stack = "frege",
  { deadlineMs = upDeadlineMs }: UpOptions = {},
): Promise<T> {
  const name = `e2e-${purpose}-${process.pid}`;
  const twin = new kind(name, stack, mkdtempSync(path.join(tmpdir(), `${name}-`)));
  try {
    await twin.twin(["up", stack, "--name", name], deadlineMs);
  } catch (error) {
    await twin.down();
    throw error;
  }
  return twin;
}

export function expectDone(done: Finished, what: string): string {
  if (done.status !== 0) {
    const words = `${done.stdout}\n${done.stderr}`.trim().split("\n").slice(-40).join("\n");
    throw new Error(`${what} ended with status ${done.status}:\n${words}`);
  }
  return done.stdout;
}
