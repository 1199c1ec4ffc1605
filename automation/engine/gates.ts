import type { StepMetadata } from "./steps.js";
import { kindOf } from "./steps.js";

/** The kinds that measure a condition until it holds and own nothing, each with what has to hold. */
export const CONDITIONS: Readonly<Record<string, string>> = {
  "backup/Gate": "a backup of a guest of each job lies on its storage",
  "fencing/Machine": "each node's power device answers and switches that very machine",
  "fencing/Proof": "every node could switch off every other one, and each watchdog is fed",
  "host/Bonds": "each bond has one LACP partner",
  "host/Cabling": "the ports of the ring have told who is at the other end",
  "host/Clocks": "all clocks agree",
  "host/Paths": "every pair of nodes reaches each other at full size, both ways",
  "pveceph/Gate": "Ceph is whole, and every pool writes and reads",
  "pvesm/Gate": "every node writes and reads on every storage",
  "pvesm/Servers": "every server of a storage answers every node",
};

/** A gate measures when it is made or its inputs change; whatever else happens to it is a step like others. */
const MEASURES = ["create", "update", "replace", "create-replacement"];

/** Whether the step is a gate that measures. */
export function isGate(step: Pick<StepMetadata, "op" | "type">): boolean {
  return conditionOf(step) !== undefined;
}

/** What has to hold before anything behind the gate begins; undefined of a step that is no gate, or does not measure. */
export function conditionOf({ op, type }: Pick<StepMetadata, "op" | "type">): string | undefined {
  return MEASURES.includes(op) ? CONDITIONS[kindOf(type)] : undefined;
}
