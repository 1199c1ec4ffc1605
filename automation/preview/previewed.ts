import type { ClusterPlan } from "../../config/plan/index.js";
import type { Diagnostic } from "../engine/diagnostic.js";
import { conditionOf } from "../engine/gates.js";
import type { EarlierTimes } from "../engine/step-times.js";
import {
  isComponent,
  phaseTitle,
  placeOf,
  reasonsOf,
  type StepMetadata,
  stepOf,
} from "../engine/steps.js";
import { balanceOf } from "./balance.js";
import { consentsFor } from "./consent-needs.js";
import { fileDiffs } from "./file-diffs.js";
import { letGo } from "./let-go.js";
import { byPhase, grouped, inOrder } from "./order.js";
import { isNew, type PlannedChange, plannedChange } from "./planned-change.js";
import { risksOf, type Scene } from "./risks.js";
import { PREVIEW_VERSION, type Previewed, type PreviewedStep } from "./schema.js";
import { phaseTime } from "./time-needed.js";

/** What a preview is judged by, beside what the engine says. */
export interface Grounds {
  readonly plan: ClusterPlan;
  /** Bytes for guests, by node. */
  readonly room: Readonly<Record<string, number>>;
  readonly times: EarlierTimes;
  readonly today: string;
  /** Whether the texts of files are told. */
  readonly diff: boolean;
}

export interface Told {
  readonly metadatas: readonly StepMetadata[];
  readonly notes: readonly Diagnostic[];
  readonly warnings: readonly Diagnostic[];
}

/** Everything that a preview tells, for the screen and for programs. */
export function previewedOf({ metadatas, notes, warnings }: Told, grounds: Grounds): Previewed {
  const own = metadatas.filter(({ type }) => !isComponent(type));
  const changes = changesIn(own);
  const steps = inOrder(own.flatMap((metadata) => stepsOf(metadata, isNew(changes), grounds)));
  return {
    version: PREVIEW_VERSION,
    steps,
    phases: byPhase(steps).map(({ phase, title, steps: here }) => ({
      phase,
      title,
      ...phaseTime(here),
    })),
    ...(steps.length === 0 ? { memory: [] } : balanceOf(changes, grounds)),
    ...(grounds.diff ? { files: fileDiffs(changes) } : {}),
    notes: saidIn(notes),
    warnings: saidIn(warnings),
  };
}

export const changesIn = (metadatas: readonly StepMetadata[]): PlannedChange[] =>
  single(metadatas.filter(({ type }) => !isComponent(type)).map(plannedChange));

/** The engine tells a replacement three times. */
function single(changes: readonly PlannedChange[]): PlannedChange[] {
  return grouped(changes, ({ kind, name }) => `${kind} ${name}`).flatMap(([, same]) => {
    const whole = same.find(({ action }) => action === "replace") ?? same[0];
    return whole === undefined ? [] : [whole];
  });
}

function stepsOf(metadata: StepMetadata, fresh: boolean, grounds: Grounds): PreviewedStep[] {
  const line = stepOf(metadata);
  if (line === undefined) {
    return [];
  }
  const { plan, times, today } = grounds;
  const { verb, name, kind } = line;
  const change = plannedChange(metadata);
  const staying = letGo(change);
  const action = staying === undefined ? verb : "let go";
  const scene: Scene = { plan, isNew: fresh };
  const place = placeOf(metadata);
  const condition = conditionOf(metadata);
  const expectedSeconds = times.of({ kind, action: verb });
  return [
    {
      ...place,
      title: phaseTitle(place.phase),
      action,
      name,
      kind,
      why: staying === undefined ? whyOf(metadata, verb) : [staying],
      risks: risksOf(change, scene),
      ...(condition === undefined ? {} : { condition }),
      ...(expectedSeconds === undefined ? {} : { expectedSeconds }),
      consents: consentsFor(change, scene, today),
    },
  ];
}

const whyOf = (metadata: StepMetadata, verb: string): string[] =>
  verb === "update" ? reasonsOf(metadata) : [];

function saidIn(told: readonly Diagnostic[]): Previewed["notes"] {
  return [...told]
    .sort((a, b) => (a.line < b.line ? -1 : a.line > b.line ? 1 : 0))
    .map(({ subject, text }) => (subject === undefined ? { text } : { subject, text }));
}
