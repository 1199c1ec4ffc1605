import {
  driftOf,
  kindOf,
  nameOf,
  type StepMetadata,
  stepOf,
  touchedInputs,
} from "../engine/steps.js";

type Inputs = Readonly<Record<string, unknown>>;

/** What is known of a step before it is made. */
export interface PlannedChange {
  /** The resource's own name. */
  readonly name: string;
  /** `guest/Vm`. */
  readonly kind: string;
  /** The engine's name for the kind. */
  readonly type: string;
  /** `create`, `update`, `remove`, `replace`, …; empty where nothing changes. */
  readonly action: string;
  /** What was wanted by the last run; empty of something new. */
  readonly before: Inputs;
  /** What is wanted now; empty of something that goes. */
  readonly after: Inputs;
  /** Names of the inputs that are others now. */
  readonly touched: ReadonlySet<string>;
  /** What a refresh has found different on the hosts, by the first word of its path. */
  readonly drifted: ReadonlySet<string>;
}

export function plannedChange(metadata: StepMetadata): PlannedChange {
  const before = metadata.old?.inputs ?? {};
  const after = metadata.new?.inputs ?? {};
  const line = stepOf(metadata);
  return {
    name: nameOf(metadata.urn),
    kind: kindOf(metadata.type),
    type: metadata.type,
    action: line?.verb ?? "",
    before,
    after: metadata.op === "delete" ? {} : after,
    touched: new Set(touchedInputs(metadata)),
    drifted: new Set(driftOf(metadata).map((line) => /^\w*/.exec(line)?.[0] ?? "")),
  };
}

/** Whether the cluster itself is still to be made, so that the whole plan is what has to be agreed to. */
export function isNew(changes: readonly Pick<PlannedChange, "action" | "kind">[]): boolean {
  return changes.some(({ action, kind }) => action === "create" && kind === "pvecm/Cluster");
}
