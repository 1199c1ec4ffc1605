import type { EngineEvent } from "@pulumi/pulumi/automation/index.js";
import { z } from "zod";
import { kindOf, nameOf, type StepMetadata } from "../engine/steps.js";

export const difference = z.object({
  name: z.string(),
  kind: z.string(),
  isGone: z.boolean(),
  /** What is not as recorded; empty where the resource does not say. */
  what: z.array(z.string()),
});
/** Something on the hosts that is not as recorded. */
export type Difference = z.output<typeof difference>;

/** Collects from the engine's events what a run has looked at on the hosts, and what it found there that is not as recorded. */
export class DriftSeen {
  private readonly looking = new Set<string>();
  private readonly found: Difference[] = [];
  private count = 0;

  event({ resourcePreEvent, resOutputsEvent }: EngineEvent): void {
    const begun = resourcePreEvent?.metadata;
    if (begun?.op === "refresh") {
      this.looking.add(begun.urn);
    }
    const ended = resOutputsEvent?.metadata;
    if (ended !== undefined && this.looking.delete(ended.urn)) {
      this.count += 1;
      this.found.push(...differencesOf(ended));
    }
  }

  /** How many resources were looked at to the end. */
  get looked(): number {
    return this.count;
  }

  get differences(): readonly Difference[] {
    return this.found;
  }
}

function differencesOf({ op, urn, type, new: now }: StepMetadata): Difference[] {
  const of = { name: nameOf(urn), kind: kindOf(type) };
  if (op === "delete") {
    return [{ ...of, isGone: true, what: [] }];
  }
  const drift = now?.outputs.drift;
  const what = Array.isArray(drift) ? drift.map(String) : [];
  return op === "update" ? [{ ...of, isGone: false, what }] : [];
}
