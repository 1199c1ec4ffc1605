import { appendFileSync, existsSync, readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import type { EngineEvent } from "@pulumi/pulumi/automation/index.js";
import { z } from "zod";
import { isComponent, type StepMetadata, stepOf } from "./steps.js";

/** How long a step took, as a line of the run's log. */
const took = z.object({
  took: z.object({
    stack: z.string(),
    kind: z.string(),
    action: z.string(),
    name: z.string(),
    seconds: z.number().min(0),
  }),
});
type Took = z.output<typeof took>["took"];

type Step = Pick<Took, "kind" | "action">;

/** How long steps of a kind took in earlier runs. */
export interface EarlierTimes {
  /** The median, in seconds; undefined where no earlier run has made such a step. */
  of(step: Step): number | undefined;
}

export const NO_EARLIER_RUN: EarlierTimes = { of: () => undefined };

/** Steps of one run, from their begin to their end. Those that fail are no measure of anything. */
export class StepClock {
  private readonly begun = new Map<string, number>();
  private readonly done: Took[] = [];

  constructor(
    private readonly stack: string,
    private readonly now: () => number,
  ) {}

  hear(event: EngineEvent): void {
    const begins = event.resourcePreEvent?.metadata;
    const ends = event.resOutputsEvent?.metadata;
    if (begins !== undefined && isWork(begins)) {
      this.begun.set(begins.urn, this.now());
    }
    if (ends !== undefined) {
      this.end(ends);
    }
  }

  /** What is to be written down for later runs. */
  lines(): string[] {
    const at = new Date(this.now()).toISOString();
    return this.done.map((one) => JSON.stringify({ at, took: one }));
  }

  private end(metadata: StepMetadata): void {
    const beganAt = this.begun.get(metadata.urn);
    const step = stepOf(metadata);
    this.begun.delete(metadata.urn);
    if (beganAt !== undefined && step !== undefined) {
      const seconds = Math.round((this.now() - beganAt) / 100) / 10;
      const { kind, verb: action, name } = step;
      this.done.push({ stack: this.stack, kind, action, name, seconds });
    }
  }
}

/** What a look has found is told at its end by another name, so looks are no measure either. */
const isWork = (metadata: StepMetadata): boolean =>
  stepOf(metadata) !== undefined && !isComponent(metadata.type) && metadata.op !== "refresh";

/** Only behind what the run has done on hosts: one that asked nobody has no log. */
export function keepTimes(runLog: string, clock: StepClock): void {
  const lines = clock.lines();
  if (lines.length === 0 || !existsSync(runLog)) {
    return;
  }
  try {
    appendFileSync(runLog, lines.map((line) => `${line}\n`).join(""), { mode: 0o600 });
  } catch {
    // What was done on hosts is done, whether its times are known or not.
  }
}

/** So many runs back tell how long something takes; older ones were made by older programs, on other machines. */
const RUNS = 20;
/** Most logs are of previews and looks, which have no times. */
const LOGS = 200;
/** Logs of runs are called by their time. */
const LOG = ".jsonl";
const MARK = '"took":';

/**
 * From the logs of the stack's earlier runs, which lie beside that of this one. They are read once somebody asks: a run with nothing to do
 * never does.
 */
export function earlierTimes(stack: string, runLog: string): EarlierTimes {
  let read: EarlierTimes | undefined;
  return {
    of: (step) => {
      read ??= medians(timesBeside(stack, runLog));
      return read.of(step);
    },
  };
}

function timesBeside(stack: string, runLog: string): Took[] {
  const folder = path.dirname(runLog);
  const logs = existsSync(folder)
    ? readdirSync(folder)
        .filter((file) => file.endsWith(LOG))
        .sort()
        .reverse()
        .slice(0, LOGS)
    : [];
  const found: Took[][] = [];
  for (const log of logs) {
    const times = timesIn(textOf(path.join(folder, log)));
    const own = times.filter((one) => one.stack === stack);
    found.push(...(own.length === 0 ? [] : [own]));
    if (found.length === RUNS) {
      break;
    }
  }
  return found.flat();
}

/** A log that another user owns tells this one nothing. */
function textOf(file: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch {
    return "";
  }
}

/** A log is mostly other lines, and its last one may be half-written. */
function timesIn(text: string): Took[] {
  return text
    .split("\n")
    .filter((line) => line.includes(MARK))
    .flatMap((line) => took.safeParse(jsonOf(line)).data?.took ?? []);
}

export function medians(entries: readonly Took[]): EarlierTimes {
  const bySort = new Map<string, number[]>();
  for (const entry of entries) {
    bySort.set(sortOf(entry), [...(bySort.get(sortOf(entry)) ?? []), entry.seconds]);
  }
  return { of: (step) => median(bySort.get(sortOf(step)) ?? []) };
}

const sortOf = ({ kind, action }: Step): string => `${action} ${kind}`;

function median(seconds: readonly number[]): number | undefined {
  const sorted = [...seconds].sort((a, b) => a - b);
  return sorted[Math.floor((sorted.length - 1) / 2)];
}

function jsonOf(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}
