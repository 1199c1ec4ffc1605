import type { EngineEvent } from "@pulumi/pulumi/automation/index.js";
import { describePlan } from "../../config/plan/index.js";
import { cephAhead } from "../preview/ceph-ahead.js";
import { isNew } from "../preview/planned-change.js";
import { changesIn, type Grounds, previewedOf } from "../preview/previewed.js";
import { renderFiles, renderSteps } from "../preview/render.js";
import type { Previewed } from "../preview/schema.js";
import { type Diagnostic, diagnosticOf } from "./diagnostic.js";
import type { EngineView } from "./engine-view.js";
import { FailureTexts } from "./failure-texts.js";
import { type EarlierTimes, NO_EARLIER_RUN } from "./step-times.js";
import type { StepMetadata } from "./steps.js";

/**
 * Collects what a run would do and tells it in the order of the phases, because the engine's own order is that of
 * chance. What was found different stands below its step, and warnings come last, where they are read.
 */
export class PreviewView implements EngineView {
  readonly failures = new FailureTexts();
  private readonly metadatas: StepMetadata[] = [];
  private readonly notes: Diagnostic[] = [];
  private readonly warnings: Diagnostic[] = [];
  private times: EarlierTimes = NO_EARLIER_RUN;

  /** @param grounds what the steps are judged by, once they are known */
  constructor(private readonly grounds: () => Omit<Grounds, "times">) {}

  expect(times: EarlierTimes): void {
    this.times = times;
  }

  lines(event: EngineEvent): string[] {
    if (event.resourcePreEvent !== undefined) {
      this.failures.look(event.resourcePreEvent.metadata);
      this.metadatas.push(event.resourcePreEvent.metadata);
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

  waitingFor(): never[] {
    return [];
  }

  /** Nothing but failures was shown, so nobody has to look for them. */
  failed(): string[] {
    return [];
  }

  closing(): string[] {
    const grounds = this.grounds();
    const preview = this.judged(grounds);
    return [
      ...(isNew(preview.steps)
        ? ["", describePlan(grounds.plan).trimEnd()]
        : section(
            "Ceph, as the file wants it",
            cephAhead(changesIn(this.metadatas), grounds.plan.ceph).map((line) => `  ${line}`),
          )),
      ...renderSteps(preview),
      ...section("Seen on the hosts", linesOf(this.notes)),
      ...section("To think about", linesOf(this.warnings)),
      ...renderFiles(preview),
      "",
    ];
  }

  /** The same as on the screen, and in the same order. */
  details(): Previewed {
    return this.judged(this.grounds());
  }

  private judged(grounds: Omit<Grounds, "times">): Previewed {
    const { metadatas, notes, warnings, times } = this;
    return previewedOf({ metadatas, notes, warnings }, { ...grounds, times });
  }
}

const section = (title: string, lines: readonly string[]): string[] =>
  lines.length === 0 ? [] : ["", title, ...lines];

const linesOf = (told: readonly Diagnostic[]): string[] => told.map(({ line }) => line).sort();
