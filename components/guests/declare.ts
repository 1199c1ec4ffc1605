import type { ClusterPlan } from "../../config/plan/index.js";
import type { DeclaredCluster } from "../cluster/declare.js";
import { type Before, barriersOf } from "../program/build-up.js";
import { Guest } from "./guest.js";

/** The guests of the file, all at once: Proxmox locks each for itself. */
export function declareGuests(plan: ClusterPlan, before: Before & DeclaredCluster) {
  const { name: cluster, adopt, vms, consentDays } = plan;
  const { site } = before;
  const declared = vms.map(
    (vm) =>
      new Guest(
        vm.sid.replace(":", "-"),
        { cluster, adopt, vm, consentDays, connection: site.founder },
        { dependsOn: barriersOf(before) },
      ),
  );
  return {
    guests: declared.map(({ machine }) => machine),
    // Hooks stand here for a file without guests, in which nothing of this phase would wait for them.
    done: [...barriersOf(before), ...declared],
    outputs: { guests: Object.fromEntries(declared.map(({ title, sid }) => [title, sid])) },
  };
}

/** What the phase makes, for those behind it. */
export type DeclaredGuests = Pick<ReturnType<typeof declareGuests>, "guests">;
