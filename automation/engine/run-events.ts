import type { EngineEvent } from "@pulumi/pulumi/automation/index.js";
import { diagnosticOf } from "./diagnostic.js";
import type { Message, RunEvent, RunStep, StepResult } from "./events.js";
import { FailureTexts } from "./failure-texts.js";
import { isGate } from "./gates.js";
import type { Verb } from "./outcome.js";
import { isComponent, placeOf, reasonsOf, type StepMetadata, stepOf } from "./steps.js";
import type { Waiting } from "./waiting.js";

interface Running {
  readonly step: RunStep;
  readonly beganAt: number;
}

/** Turns what the engine reports into events for a program; the command line's views make lines of the same. */
export class RunEvents {
  readonly failures = new FailureTexts();
  private readonly running = new Map<string, Running>();

  constructor(
    private readonly verb: Verb,
    private readonly now: () => number,
  ) {}

  of(event: EngineEvent): RunEvent[] {
    if (event.resourcePreEvent !== undefined) {
      const { metadata } = event.resourcePreEvent;
      this.failures.look(metadata);
      return this.begun(metadata);
    }
    if (event.resOutputsEvent !== undefined) {
      return this.ended(event.resOutputsEvent.metadata);
    }
    if (event.resOpFailedEvent !== undefined) {
      return this.failed(event.resOpFailedEvent.metadata);
    }
    return event.diagnosticEvent === undefined ? [] : this.messages(event.diagnosticEvent);
  }

  /** Names of the steps under way. */
  waitingFor(): Waiting[] {
    return [...this.running.values()].map(({ step }) => ({ text: `${step.action} ${step.name}` }));
  }

  private begun(metadata: StepMetadata): RunEvent[] {
    const step = runStepOf(metadata);
    if (step === undefined) {
      return [];
    }
    if (this.verb === "preview") {
      const why = metadata.op === "update" ? reasonsOf(metadata) : [];
      return [{ type: "step-planned", step, why }];
    }
    this.running.set(metadata.urn, { step, beganAt: this.now() });
    return [{ type: step.isGate ? "gate-begun" : "step-begun", step }];
  }

  private ended(metadata: StepMetadata): RunEvent[] {
    const found = this.taken(metadata);
    if (found === undefined) {
      return [];
    }
    const { step, seconds } = found;
    return step.isGate
      ? [{ type: "gate-opened", step, seconds }]
      : [{ type: "step-ended", step, result: resultOf(step, metadata.op), seconds }];
  }

  private failed(metadata: StepMetadata): RunEvent[] {
    const found = this.taken(metadata);
    return found === undefined
      ? []
      : [{ type: found.step.isGate ? "gate-failed" : "step-failed", ...found }];
  }

  private messages(told: Parameters<typeof diagnosticOf>[0]): Message[] {
    const found = diagnosticOf(told);
    if (found === undefined) {
      return [];
    }
    const { severity, subject } = found;
    const texts = severity === "error" ? this.failures.add(found) : [found.text];
    const about = subject === undefined ? {} : { subject };
    return texts.map((text) => ({ type: "message", severity, ...about, text }));
  }

  /** The step is not under way any more. */
  private taken({ urn }: StepMetadata): (Pick<Running, "step"> & { seconds: number }) | undefined {
    const found = this.running.get(urn);
    this.running.delete(urn);
    return found === undefined
      ? undefined
      : { step: found.step, seconds: Math.round((this.now() - found.beganAt) / 100) / 10 };
  }
}

function runStepOf(metadata: StepMetadata): RunStep | undefined {
  const line = stepOf(metadata);
  if (line === undefined || isComponent(metadata.type)) {
    return undefined;
  }
  const { verb: action, name, kind } = line;
  return { name, kind, action, ...placeOf(metadata), isGate: isGate(metadata) };
}

/** The engine says in the end of a look what it has found. */
function resultOf({ action }: RunStep, op: string): StepResult {
  if (action !== "look at") {
    return "done";
  }
  return op === "delete" ? "gone" : op === "update" ? "differs" : "as recorded";
}
