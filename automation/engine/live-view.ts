import type { EngineEvent } from "@pulumi/pulumi/automation/index.js";
import { duration } from "../spans.js";
import { diagnosticOf } from "./diagnostic.js";
import type { EngineView } from "./engine-view.js";
import { FailureTexts } from "./failure-texts.js";
import { isGate } from "./gates.js";
import { type RunningStep, waitedFor } from "./running-step.js";
import { type EarlierTimes, NO_EARLIER_RUN } from "./step-times.js";
import {
  BUILD_UP,
  isBuildUp,
  isComponent,
  kindOf,
  phaseOrder,
  phaseTitle,
  placeOf,
  type StepMetadata,
  stepOf,
} from "./steps.js";
import type { AtStop, Waiting } from "./waiting.js";
import { waitOf } from "./waits.js";

/**
 * Turns engine events into plain lines: what starts, what ended after how long, what failed and what the run came to.
 * Holds only the steps under way, so that the same code serves a terminal, a log and a test.
 */
export class LiveView implements EngineView {
  private readonly running = new Map<string, RunningStep>();
  readonly failures = new FailureTexts();
  private readonly beganAt: number;
  private reached = -1;
  /** Lines that said what failed, and how many others came behind the first of them. */
  private readonly errorLines: string[] = [];
  private since = 0;
  private times: EarlierTimes = NO_EARLIER_RUN;
  changed = 0;
  unchanged = 0;

  constructor(
    private readonly now: () => number,
    /** A terminal shows what is under way by itself, so that it is told of ends only. */
    private readonly startsShown: boolean = true,
  ) {
    this.beganAt = now();
  }

  expect(times: EarlierTimes): void {
    this.times = times;
  }

  lines(event: EngineEvent): string[] {
    const lines = this.linesOf(event);
    this.since += this.errorLines.length === 0 ? 0 : lines.length;
    return lines;
  }

  private linesOf(event: EngineEvent): string[] {
    if (event.resourcePreEvent !== undefined) {
      this.failures.look(event.resourcePreEvent.metadata);
      return this.begun(event.resourcePreEvent.metadata);
    }
    if (event.resOutputsEvent !== undefined) {
      return this.ended(event.resOutputsEvent.metadata);
    }
    if (event.resOpFailedEvent !== undefined) {
      const { metadata } = event.resOpFailedEvent;
      this.running.delete(metadata.urn);
      return [`  ${pad("FAILED")} ${stepOf(metadata)?.name ?? metadata.urn}`];
    }
    if (event.diagnosticEvent !== undefined) {
      const found = diagnosticOf(event.diagnosticEvent);
      if (found?.severity !== "error") {
        return found === undefined ? [] : [found.line];
      }
      const told = this.failures.tell(found);
      this.errorLines.push(...told);
      return told;
    }
    return [];
  }

  /** Steps that ran beside the one that failed end behind it, and push what it said off the screen. */
  failed(): string[] {
    return this.since > FAR_LINES ? ["", "What failed", ...this.errorLines] : [];
  }

  closing(): string[] {
    return [];
  }

  /** A run that does something has told its steps by then. */
  details(): object {
    return {};
  }

  waitingFor(): Waiting[] {
    return this.underWay().map((step) => ({
      text: waitedFor(step, this.now()),
      ...(step.atStop === undefined ? {} : { atStop: step.atStop }),
    }));
  }

  /** Which phase of how many, what is done in it and before it, and since when: by default of what is under way. */
  progress(phase: string = earliest(this.underWay())): string {
    const where = isBuildUp(phase)
      ? `phase ${phaseOrder(phase) + 1} of ${BUILD_UP.length}, ${phaseTitle(phase)}`
      : phaseTitle(phase);
    const since = duration((this.now() - this.beganAt) / 1000);
    const under = this.running.size === 0 ? "" : `, ${this.running.size} under way`;
    return `${where}: ${this.changed} done${under}, ${since}`;
  }

  /** The steps under way, the oldest first. */
  underWay(): readonly RunningStep[] {
    return [...this.running.values()];
  }

  private begun(metadata: StepMetadata): string[] {
    const line = stepOf(metadata);
    if (line === undefined || isComponent(metadata.type)) {
      return [];
    }
    const text = `${pad(line.verb)} ${line.name} (${line.kind})`;
    const place = placeOf(metadata);
    const looks = metadata.op === "refresh";
    const waitsFor = waitOf(metadata);
    const expectedSeconds = this.times.of({ kind: line.kind, action: line.verb });
    const atStop = atStopOf(metadata);
    this.running.set(metadata.urn, {
      place,
      name: line.name,
      text,
      startedAt: this.now(),
      looks,
      ...(waitsFor === undefined ? {} : { waitsFor }),
      ...(atStop === undefined ? {} : { atStop }),
      ...(expectedSeconds === undefined ? {} : { expectedSeconds }),
    });
    if (!this.startsShown) {
      return [];
    }
    const further = phaseOrder(place.phase) > this.reached && isBuildUp(place.phase);
    this.reached = further ? phaseOrder(place.phase) : this.reached;
    const about = expectedSeconds === undefined ? "" : `, about ${duration(expectedSeconds)}`;
    const waits = waitsFor === undefined ? "" : `; waits for ${waitsFor}`;
    return [...(further ? [this.progress(place.phase)] : []), `  ${text}${about}${waits}`];
  }

  private ended(metadata: StepMetadata): string[] {
    const line = stepOf(metadata);
    if (metadata.op === "same" && !metadata.type.startsWith("pulumi:")) {
      this.unchanged += 1;
    }
    const step = this.running.get(metadata.urn);
    this.running.delete(metadata.urn);
    if (line === undefined || step === undefined) {
      return [];
    }
    this.changed += 1;
    if (step.looks) {
      return [`  ${pad(metadata.op === "delete" ? "gone" : "differs")} ${line.name}`];
    }
    const seconds = ((this.now() - step.startedAt) / 1000).toFixed(1);
    return [`  ${pad("done")} ${line.name} in ${seconds} s`];
  }
}

/** So many lines behind the first failure it is still before a person's eyes. */
const FAR_LINES = 10;

/** The earliest phase of which something is under way. */
function earliest(steps: readonly RunningStep[]): string {
  return (
    steps.map(({ place }) => place.phase).sort((a, b) => phaseOrder(a) - phaseOrder(b))[0] ??
    "before"
  );
}

const pad = (verb: string): string => verb.padEnd(10);

/** What carries hooks out. */
const HOOK = "command/Command";

function atStopOf(metadata: StepMetadata): AtStop | undefined {
  if (kindOf(metadata.type) === HOOK) {
    return "is cut";
  }
  return isGate(metadata) ? "lets go" : undefined;
}
