import type { EngineEvent } from "@pulumi/pulumi/automation/index.js";
import type { FailureKind } from "../../config/failure/kind.js";
import { diagnosticOf } from "./diagnostic.js";
import type { EngineView } from "./engine-view.js";
import { isComponent, placeOf, type StepMetadata, type StepPlace, stepOf } from "./steps.js";

/** A step under way. */
export interface RunningStep {
  readonly place: StepPlace;
  readonly text: string;
  readonly startedAt: number;
}

/**
 * Turns engine events into plain lines: what starts, what ended after how long, what failed and what the run came to.
 * Holds only the steps under way, so that the same code serves a terminal, a log and a test.
 */
export class LiveView implements EngineView {
  private readonly running = new Map<string, RunningStep>();
  readonly errors: string[] = [];
  readonly kinds: FailureKind[] = [];
  changed = 0;
  unchanged = 0;

  constructor(
    private readonly now: () => number,
    /** A terminal shows what is under way by itself, so that it is told of ends only. */
    private readonly startsShown: boolean = true,
  ) {}

  lines(event: EngineEvent): string[] {
    if (event.resourcePreEvent !== undefined) {
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
      if (found?.severity === "error") {
        this.errors.push(found.text);
        this.kinds.push(...found.kinds);
      }
      return found === undefined ? [] : [found.line];
    }
    return [];
  }

  closing(): string[] {
    return [];
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
    this.running.set(metadata.urn, { place: placeOf(metadata), text, startedAt: this.now() });
    return this.startsShown ? [`  ${text}`] : [];
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
    const seconds = ((this.now() - step.startedAt) / 1000).toFixed(1);
    return [`  ${pad("done")} ${line.name} in ${seconds} s`];
  }
}

const pad = (verb: string): string => verb.padEnd(10);
