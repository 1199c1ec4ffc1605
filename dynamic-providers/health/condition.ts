/** One thing that has to hold, judged from what was observed. */
export interface Condition {
  readonly name: ConditionName;
  /** Who observed it. */
  readonly node: string;
  readonly met: boolean;
  /** What was measured, for a table: a title and its value. */
  readonly title: string;
  readonly value: string;
  /** What is wrong where it does not hold, as a sentence. */
  readonly evidence: string;
  /** What a person does then. */
  readonly doNext: string;
}

export type ConditionName =
  | "readable"
  | "cluster"
  | "quorum"
  | "votes"
  | "members"
  | "links"
  | "writable"
  | "service"
  | "version"
  | "spare"
  | "path"
  | "clock"
  | "storage"
  | "server"
  | "ceph";

export const unmet = (conditions: readonly Condition[]): Condition[] =>
  conditions.filter(({ met }) => !met);

/** What stands against going on, for gates and guards; empty when nothing does. What several nodes say alike is said once. */
export function reasons(conditions: readonly Condition[]): string[] {
  return [...new Set(unmet(conditions).map(({ evidence }) => evidence))];
}

/** The same where each node has its own view, and a sentence about others has to say whose view it is. */
export function reasonsOfEach(conditions: readonly Condition[]): string[] {
  return unmet(conditions).map(({ node, evidence }) =>
    evidence.startsWith(`${node} `) ? evidence : `${node}: ${evidence}`,
  );
}
