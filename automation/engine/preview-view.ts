import type { EngineEvent } from "@pulumi/pulumi/automation/index.js";
import { diagnosticOf } from "./diagnostic.js";
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

/**
 * Collects what a run would do and tells it in the order of the phases, because the engine's own order is that of
 * chance. What was found different stands below its step, and warnings come last, where they are read.
 */
export class PreviewView implements EngineView {
  readonly failures = new FailureTexts();
  private readonly steps: PlannedStep[] = [];
  private readonly notes: string[] = [];
  private readonly warnings: string[] = [];

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
        this.warnings.push(found.line);
        return [];
      case "info":
        this.notes.push(found.line);
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
      ...(this.notes.length === 0 ? [] : ["", "Seen on the hosts", ...[...this.notes].sort()]),
      ...(this.warnings.length === 0 ? [] : ["", "To think about", ...[...this.warnings].sort()]),
      "",
    ];
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

/** Children begin with their component's name. */
function shortName(name: string, of: string): string {
  return name.startsWith(`${of}-`) ? name.slice(of.length + 1) : name;
}
