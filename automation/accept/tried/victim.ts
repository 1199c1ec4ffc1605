import type { ClusterPlan } from "../../../config/plan/index.js";
import { recovered } from "../../../dynamic-providers/membership/ha-status.js";
import { losesNode } from "../../drill/kinds.js";
import type { NodeDrill } from "../../drill/record.js";
import type { FenceSight } from "../../fence/sight.js";

/**
 * Whom a drill takes where nobody named one: a node that has something for HA to recover, and rather not the HA master, of which
 * everything takes a minute longer. Undefined where there is none.
 */
export function victimOf(
  { nodes, fencing }: Pick<ClusterPlan, "nodes" | "fencing">,
  { ha }: Pick<FenceSight, "ha">,
  drill: NodeDrill,
): string | undefined {
  const names = nodes
    .map(({ name }) => name)
    .filter((name) => drill === "isolate" || !fencing.watchdogOnly.includes(name))
    .filter((name) => !losesNode(drill) || recovered(ha, name).length > 0);
  return names.find((name) => name !== ha.master) ?? names[0];
}
