import type { Fact } from "./fact.js";

/** Of these an error and what is not known keep the drill from being passed. */
export const SEVERITIES = ["error", "unknown", "warning"] as const;
export type Severity = (typeof SEVERITIES)[number];

export interface SecurityFinding {
  readonly severity: Severity;
  /** Left out where it is of the cluster as a whole. */
  readonly node?: string;
  /** A path, a port, an account. */
  readonly at: string;
  readonly found: string;
  /** A command, or the line to write in the stack file. */
  readonly fix: string;
}

/** What is wrong with a fact, or that nobody knows. */
export function judged<Value>(
  fact: Fact<Value>,
  place: Pick<SecurityFinding, "node" | "at">,
  judge: (value: Value) => readonly SecurityFinding[],
): readonly SecurityFinding[] {
  return fact.known
    ? judge(fact.value)
    : [
        {
          ...place,
          severity: "unknown",
          found: `not known: ${fact.why}`,
          fix: "See what hinders the look, then run the drill again.",
        },
      ];
}
