import type { ClusterPlan } from "../../config/plan/index.js";
import type { DeclaredCluster } from "../cluster/declare.js";
import type { DeclaredGuests } from "../guests/declare.js";
import { type Before, barriersOf } from "../program/build-up.js";
import { HaPlacement } from "./ha-placement.js";

/** Where guests run and where they go. */
export function declareHa(plan: ClusterPlan, before: Before & DeclaredCluster & DeclaredGuests) {
  const { provider, site, guests } = before;
  const { major, ha, adopt, guests: made } = plan;
  const placement = new HaPlacement(
    "ha",
    { major, ha, adopt, site, guests, made: made.map(({ sid }) => sid) },
    { providers: [provider], dependsOn: barriersOf(before) },
  );
  const { groups, rules, resources, waiting: missing } = placement;
  return {
    done: [...before.done, placement],
    // What is in force, what waits for a first guest, and which guests do not exist yet.
    outputs: { placements: { groups, rules, resources, waiting: ha.waiting, missing } },
  };
}
