import type { StepMetadata } from "./steps.js";
import { kindOf } from "./steps.js";

/** The kinds that measure a condition until it holds and own nothing. */
export const GATES: readonly string[] = [
  "backup/Gate",
  "fencing/Machine",
  "fencing/Proof",
  "host/Bonds",
  "host/Cabling",
  "host/Clocks",
  "host/Paths",
  "pveceph/Gate",
  "pvesm/Gate",
  "pvesm/Servers",
];

/** A gate measures when it is made or its inputs change; whatever else happens to it is a step like others. */
const MEASURES = ["create", "update", "replace", "create-replacement"];

/** Whether the step is a gate that measures. */
export function isGate({ op, type }: Pick<StepMetadata, "op" | "type">): boolean {
  return MEASURES.includes(op) && GATES.includes(kindOf(type));
}
