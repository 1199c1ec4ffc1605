import { planCluster } from "../../config/plan/index.js";
import { memoryBudget } from "../../config/plan/memory.js";
import { planNodes } from "../../config/plan/nodes.js";
import type { ClusterSpec } from "../../config/schema/cluster.js";
import type { Grounds } from "./previewed.js";

/** What a preview of a stack file is judged by; times of earlier runs come from whoever runs it. */
export function groundsOf(
  spec: ClusterSpec,
  how: Pick<Grounds, "today" | "diff">,
): Omit<Grounds, "times"> {
  const plan = planCluster(spec);
  const room = Object.fromEntries(
    planNodes(spec).flatMap((node) => {
      const budget = memoryBudget(spec, node, plan.ceph);
      return budget === undefined ? [] : [[node.name, Math.round(budget.forGuests)] as const];
    }),
  );
  return { ...how, plan, room };
}
