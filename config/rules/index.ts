import type { Draft } from "../findings/finding.js";
import type { ClusterSpec } from "../schema/cluster.js";
import type { RuleContext } from "./context.js";

export type { OtherStack, RuleContext } from "./context.js";

export function checkRules(_spec: ClusterSpec, _context: RuleContext): Draft[] {
  return [];
}
