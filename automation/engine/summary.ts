import { existsSync } from "node:fs";
import { EXIT } from "./exit-status.js";
import type { RunOutcome } from "./outcome.js";

/** What the engine calls its operations, in the words of somebody who looks back. */
const DONE: Readonly<Record<string, string>> = {
  create: "created",
  update: "updated",
  delete: "deleted",
  replace: "replaced",
  read: "read",
  import: "imported",
  refresh: "refreshed",
  discard: "discarded",
};

/** A refresh changes nothing but what is recorded; it says what it found. */
const FOUND: Readonly<Record<string, string>> = {
  update: "found different",
  delete: "found gone",
};

/** The last line of a run. */
export function summary(outcome: RunOutcome): string {
  const { verb, stack, seconds, runLog } = outcome;
  const log = existsSync(runLog) ? ` Every remote step stands in ${runLog}.` : "";
  if (outcome.status === EXIT.interrupted) {
    return `${verb} ${stack}: interrupted after ${seconds} s; run it again to go on.${log}`;
  }
  if (outcome.errors.length > 0 && verb === "preview") {
    return `preview ${stack}: failed after ${seconds} s; nothing was changed.${log}`;
  }
  if (outcome.errors.length > 0) {
    return `${verb} ${stack}: failed after ${seconds} s. What was done is recorded; run it again to go on.${log}`;
  }
  const counts = changesOf(outcome).map(([op, count]) => `${count} ${describeOperation(verb, op)}`);
  const same = outcome.changes.same ?? 0;
  const alone =
    outcome.status === EXIT.unreachable
      ? " No host answers: this is what the stack file and the records say, and nothing was seen."
      : "";
  // What changes nothing compares the file with the records and asks nobody, unless something waits on the hosts.
  const unseen =
    verb === "up" && log === ""
      ? ` By the records: no host was asked. \`npx proxmox-ha refresh ${stack}\` looks at them.`
      : "";
  const next =
    verb === "refresh"
      ? ` \`npx proxmox-ha preview ${stack}\` says what \`up\` would do about it.`
      : "";
  return counts.length === 0
    ? `${verb} ${stack}: nothing to change (${same} as wanted), ${seconds} s.${alone}${unseen}`
    : `${verb} ${stack}: ${counts.join(", ")}, ${same} unchanged, ${seconds} s.${alone}${next}`;
}

/** The operations that did something, with how many there were. */
export function changesOf({ changes }: Pick<RunOutcome, "changes">): [op: string, count: number][] {
  return Object.entries(changes).filter(([op, count]) => op !== "same" && count > 0);
}

function describeOperation(verb: RunOutcome["verb"], op: string): string {
  if (verb === "preview") {
    return `to ${op}`;
  }
  return (verb === "refresh" ? FOUND[op] : undefined) ?? DONE[op] ?? `by ${op}`;
}
