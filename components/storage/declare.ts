import type { ClusterPlan } from "../../config/plan/index.js";
import type { DeclaredCluster } from "../cluster/declare.js";
import { DatacenterOptions } from "../datacenter/datacenter-options.js";
import { type Before, barriersOf } from "../program/build-up.js";
import type { FirstLook } from "../program/first-look.js";
import { declareStorages } from "./storages.js";

/** What holds for the whole cluster, then its storages, and the proof that every node can use them. */
export function declareStorage(plan: ClusterPlan, before: Before & DeclaredCluster & FirstLook) {
  const { provider, site, roster } = before;
  const { datacenter, adopt } = plan;
  const native = { providers: [provider], dependsOn: barriersOf(before) };
  const settings = new DatacenterOptions("datacenter", { datacenter, site, adopt }, native);
  const reach = declareStorages(plan, site, { roster, settings }, native);
  return {
    done: [...before.done, reach],
    outputs: { options: settings.options, storages: reach.views },
  };
}
