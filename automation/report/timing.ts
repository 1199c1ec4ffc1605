import { z } from "zod";
import { parseJson } from "../../dynamic-providers/transport/base/json.js";
import { CONDITIONS } from "../engine/gates.js";

/** One remote step, as the run's log has it. */
export interface TimedStep {
  readonly beganMs: number;
  readonly endedMs: number;
  readonly host: string;
  /** Kind of the resource it was for, such as `host/network`. */
  readonly kind: string;
  readonly verb: string;
  readonly changed: boolean;
  readonly failed: boolean;
}

const line = z.object({
  at: z.iso.datetime(),
  host: z.string(),
  resource: z.string(),
  verb: z.string(),
  durationMs: z.number().nonnegative(),
  changed: z.boolean(),
  outcome: z.enum(["ok", "failed"]),
});

/** Reads a run's log. Its other lines, and one that a killed run has cut, are passed over. */
export function stepsIn(log: string): TimedStep[] {
  return log.split("\n").flatMap((text) => {
    const { data } = line.safeParse(parseJson(text));
    if (data === undefined) {
      return [];
    }
    const endedMs = Date.parse(data.at);
    const [kind = ""] = data.resource.split(" ");
    return [
      {
        beganMs: endedMs - data.durationMs,
        endedMs,
        host: data.host,
        kind: kind.includes("/") ? kind : "the program",
        verb: data.verb,
        changed: data.changed,
        failed: data.outcome === "failed",
      },
    ];
  });
}

/** What was done for one kind of resource, on all hosts. */
export interface Lane {
  readonly kind: string;
  readonly isGate: boolean;
  readonly beganMs: number;
  readonly endedMs: number;
  readonly hosts: readonly string[];
  readonly steps: readonly TimedStep[];
}

const GATE_KINDS = new Set(Object.keys(CONDITIONS).map((kind) => kind.toLowerCase()));

/** In the order in which they began, which is the order of the phases. */
export function lanesOf(steps: readonly TimedStep[]): Lane[] {
  const kinds = [...new Set(steps.map(({ kind }) => kind))];
  return kinds
    .map((kind) => ({ kind, of: steps.filter((step) => step.kind === kind) }))
    .map(({ kind, of }) => ({
      kind,
      isGate: GATE_KINDS.has(kind),
      beganMs: Math.min(...of.map(({ beganMs }) => beganMs)),
      endedMs: Math.max(...of.map(({ endedMs }) => endedMs)),
      hosts: [...new Set(of.map(({ host }) => host))].sort(),
      steps: of,
    }))
    .sort((a, b) => a.beganMs - b.beganMs);
}
