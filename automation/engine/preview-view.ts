import type { EngineEvent } from "@pulumi/pulumi/automation/index.js";
import { type Diagnostic, diagnosticOf } from "./diagnostic.js";
import type { EngineView } from "./engine-view.js";
import { FailureTexts } from "./failure-texts.js";
import {
  isComponent,
  phaseOrder,
  phaseTitle,
  placeOf,
  reasonsOf,
  type StepMetadata,
  type StepPlace,
  stepOf,
} from "./steps.js";

interface PlannedStep {
  readonly place: StepPlace;
  readonly verb: string;
  readonly name: string;
  readonly kind: string;
  /** What differs, where something differs. */
  readonly why: readonly string[];
}

/** A step as a program gets it. */
export interface PreviewedStep extends StepPlace {
  /** What the screen calls the phase. */
  readonly title: string;
  readonly action: string;
  readonly name: string;
  readonly kind: string;
  readonly why: readonly string[];
}

/** Something that a preview says beside its steps. */
export interface Said {
  /** Name of the resource that it is about. */
  readonly subject?: string;
  readonly text: string;
}

/** What a preview has to tell, for programs. */
export interface Previewed {
  readonly steps: readonly PreviewedStep[];
  /** Seen on the hosts. */
  readonly notes: readonly Said[];
  /** To think about. */
  readonly warnings: readonly Said[];
}

/**
 * Collects what a run would do and tells it in the order of the phases, because the engine's own order is that of
 * chance. What was found different stands below its step, and warnings come last, where they are read.
 */
export class PreviewView implements EngineView {
  readonly failures = new FailureTexts();
  private readonly steps: PlannedStep[] = [];
  private readonly notes: Diagnostic[] = [];
  private readonly warnings: Diagnostic[] = [];

  /** @param plan the whole plan as text, for a cluster that nothing is recorded of yet */
  constructor(private readonly plan: () => string) {}

  lines(event: EngineEvent): string[] {
    if (event.resourcePreEvent !== undefined) {
      this.failures.look(event.resourcePreEvent.metadata);
      this.note(event.resourcePreEvent.metadata);
    }
    if (event.diagnosticEvent === undefined) {
      return [];
    }
    const found = diagnosticOf(event.diagnosticEvent);
    switch (found?.severity) {
      case undefined:
        return [];
      case "error":
        return this.failures.tell(found);
      case "warning":
        this.warnings.push(found);
        return [];
      case "info":
        this.notes.push(found);
        return [];
    }
  }

  waitingFor(): string[] {
    return [];
  }

  /** Nothing but failures was shown, so nobody has to look for them. */
  failed(): string[] {
    return [];
  }

  closing(): string[] {
    return [
      ...(this.isNew() ? ["", this.plan().trimEnd()] : []),
      ...(this.steps.length === 0 ? [] : ["", "What `up` would do", ...this.grouped()]),
      ...(this.notes.length === 0 ? [] : ["", "Seen on the hosts", ...linesOf(this.notes)]),
      ...(this.warnings.length === 0 ? [] : ["", "To think about", ...linesOf(this.warnings)]),
      "",
    ];
  }

  /** The same as on the screen, and in the same order. */
  details(): Previewed {
    const steps = this.steps
      .map(({ place, verb, ...step }) => ({
        ...place,
        title: phaseTitle(place.phase),
        action: verb,
        ...step,
      }))
      .sort((a, b) => phaseOrder(a.phase) - phaseOrder(b.phase) || byText(keyOf(a), keyOf(b)));
    return { steps, notes: saidIn(this.notes), warnings: saidIn(this.warnings) };
  }

  /** Whether the cluster itself is still to be made, so that the whole plan is what has to be agreed to. */
  private isNew(): boolean {
    return this.steps.some(({ verb, kind }) => verb === "create" && kind === "pvecm/Cluster");
  }

  private note(metadata: StepMetadata): void {
    const line = stepOf(metadata);
    if (line === undefined || isComponent(metadata.type)) {
      return;
    }
    this.steps.push({
      place: placeOf(metadata),
      verb: line.verb,
      name: line.name,
      kind: line.kind,
      why: line.verb === "update" ? reasonsOf(metadata) : [],
    });
  }

  private grouped(): string[] {
    const phases = [...new Set(this.steps.map(({ place }) => place.phase))].sort(
      (a, b) => phaseOrder(a) - phaseOrder(b),
    );
    return phases.flatMap((phase) => {
      const here = this.steps.filter(({ place }) => place.phase === phase);
      const owners = [...new Set(here.map(({ place }) => place.of))].sort();
      return [
        `  ${phaseTitle(phase)}`,
        ...owners.flatMap((of) =>
          ownerLines(
            of,
            here.filter(({ place }) => place.of === of),
          ),
        ),
      ];
    });
  }
}

/** One line for each verb, then what differs, step by step. */
function ownerLines(of: string, steps: readonly PlannedStep[]): string[] {
  const verbs = [...new Set(steps.map(({ verb }) => verb))].sort();
  return verbs.flatMap((verb) => {
    const some = steps
      .filter((step) => step.verb === verb)
      .sort((a, b) => (a.name < b.name ? -1 : 1));
    const names = some.map(({ name }) => shortName(name, of));
    const alone = names.length === 1 && names[0] === of;
    return [
      `    ${verb.padEnd(10)} ${alone ? of : `${of}: ${names.join(", ")}`}`,
      ...some.flatMap((step) =>
        step.why.map((line) => `      ${alone ? "" : `${shortName(step.name, of)}: `}${line}`),
      ),
    ];
  });
}

function linesOf(told: readonly Diagnostic[]): string[] {
  return told.map(({ line }) => line).sort();
}

function saidIn(told: readonly Diagnostic[]): Said[] {
  return [...told]
    .sort((a, b) => byText(a.line, b.line))
    .map(({ subject, text }) => (subject === undefined ? { text } : { subject, text }));
}

const keyOf = ({ of, action, name }: PreviewedStep): string => [of, action, name].join("\n");

function byText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/** Children begin with their component's name. */
function shortName(name: string, of: string): string {
  return name.startsWith(`${of}-`) ? name.slice(of.length + 1) : name;
}
