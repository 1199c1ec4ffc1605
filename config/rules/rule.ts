import type { CodeTable, Draft } from "../findings/finding.js";
import type { Facts } from "./facts.js";

/** One subject of cross-field checks: what it can report, and the pure function that does. */
export interface RuleSet {
  readonly subject: string;
  readonly codes: CodeTable;
  readonly check: (facts: Facts) => Draft[];
}
