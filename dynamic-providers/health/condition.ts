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

export type ConditionName = "quorum" | "members" | "links" | "spare";

export const unmet = (conditions: readonly Condition[]): Condition[] =>
  conditions.filter(({ met }) => !met);

/** What stands against going on, for guards that look through the eyes of one node; empty when nothing does. */
export function reasons(conditions: readonly Condition[]): string[] {
  return unmet(conditions).map(({ evidence }) => evidence);
}
