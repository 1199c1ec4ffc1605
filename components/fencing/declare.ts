import type { ClusterPlan } from "../../config/plan/index.js";
import type { DeclaredHosts } from "../hosts/declare.js";
import { type Before, barriersOf } from "../program/build-up.js";
import { Fencing } from "./fencing.js";

/** A silent node is really off: watchdogs, fencers, and the proof that they could do their work. */
export function declareFencing(plan: ClusterPlan, before: Before & DeclaredHosts) {
  const fencing = new Fencing(
    "fencing",
    { plan, hosts: before.hosts },
    { dependsOn: barriersOf(before) },
  );
  const { matrix, watchdogs, recorded } = fencing;
  return {
    done: [...before.done, fencing],
    outputs: {
      fencing: { matrix, watchdogs, watchdogOnly: plan.fencing.watchdogOnly, recorded },
    },
  };
}
