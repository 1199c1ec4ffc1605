import type { ClusterSpec } from "../../schema/cluster.js";
import { type ClusterPlan, planCluster } from "../cluster.js";
import { guestWorld } from "../guest-world.js";
import { planNodes } from "../nodes.js";
import type { Consequence, Loss, Now } from "./ask.js";
import { cephLeft } from "./ceph.js";
import { guestConsequence } from "./guests.js";
import { quorumConsequence, quorumLeft } from "./quorum.js";
import {
  fencingConsequence,
  lostStorages,
  stoppedStorages,
  storageConsequence,
  waysIn,
} from "./services.js";

export { BY_THE_FILE, type Consequence, type Loss, type Now, type Outcome } from "./ask.js";

/** What the loss would mean, by the planners that place guests and lay out data, from what is there now. */
export function foretell(
  spec: ClusterSpec,
  loss: Loss,
  now: Now,
  plan: ClusterPlan = planCluster(spec),
): Consequence[] {
  const gone = plan.nodes
    .map(({ name }) => name)
    .filter((name) => now.away.includes(name) || loss.nodes.includes(name));
  const world = guestWorld(spec, planNodes(spec), plan.ha, plan.storages, plan.ceph);
  const storages = lostStorages(plan.storages, spec.networks, loss);
  const ceph = cephLeft(plan.ceph, gone, loss);
  const diskless = [...storages, ...stoppedStorages(plan.storages, ceph?.stopped ?? [])];
  const quorate = quorumLeft(plan, gone, loss).kept;
  const fresh = gone.filter((name) => !now.away.includes(name));
  return [
    quorumConsequence(plan, gone, loss),
    guestConsequence(world, now, gone, { storages: diskless }, quorate),
    ceph?.consequence,
    storageConsequence(plan.storages, storages),
    quorate ? fencingConsequence(plan, fresh, loss) : undefined,
    waysIn(loss),
  ].filter((one) => one !== undefined);
}
