import type { ExitStatus } from "../engine/exit-status.js";
import type { Outcome } from "./perform.js";

/** What `drill restore` came to. */
export interface RestoreReport {
  readonly status: ExitStatus;
  readonly drill: "restore";
  readonly restores: readonly Outcome[];
  /** Guests that a job saves and of which there is no backup yet. */
  readonly without: readonly string[];
}

/** The report for a person. */
export function renderRestores({ restores, without }: RestoreReport): string {
  return `${[...restores.flatMap(linesOf), ...unsaved(without)].join("\n")}\n`;
}

function linesOf({ guest, vmid, volume, isGood, restoredSeconds, seconds, why, left }: Outcome) {
  const took =
    restoredSeconds === undefined
      ? `after ${seconds} s`
      : `back in ${restoredSeconds} s, ${seconds} s in all`;
  return [
    `${isGood ? "good" : "FAILED"}  ${guest} (${vmid}) from ${volume}: ${took}; ${why}`,
    ...(left === undefined ? [] : [`left    ${left}`]),
  ];
}

const unsaved = (guests: readonly string[]): string[] =>
  guests.length === 0 ? [] : [`no backup yet: ${guests.join(", ")}`];
