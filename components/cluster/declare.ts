import { type ClusterPlan, connectionsOf } from "../../config/plan/index.js";
import type { NativeSite } from "../native/declare-native.js";
import type { DeclaredNetworks } from "../network/declare.js";
import { type Before, barriersOf } from "../program/build-up.js";
import type { FirstLook } from "../program/first-look.js";
import { CorosyncCluster } from "./corosync-cluster.js";
import { publishFacts } from "./published-facts.js";
import { declareFabrics } from "./ring-fabric.js";

/** Founding, joining, links and votes; then what Proxmox itself routes between the members. */
export async function declareCluster(
  plan: ClusterPlan,
  before: Before & DeclaredNetworks & FirstLook,
) {
  const cluster = new CorosyncCluster(plan.name, plan, {
    dependsOn: barriersOf(before),
    protect: true,
  });
  const formed = { dependsOn: [cluster] };
  const fabrics = declareFabrics(plan, cluster.founder, formed);
  const rings = before.rings.map(({ plan: { network }, ring: { members, cables, paths } }) => ({
    network,
    map: { members, cables },
    // A ring that Proxmox routes is proved by its fabric.
    paths: fabrics.find(({ id }) => id === network)?.fabric.paths ?? paths,
  }));
  await publishFacts(plan, cluster, rings, formed);
  const site: NativeSite = {
    cluster: plan.name,
    founder: cluster.founder,
    connections: connectionsOf(plan),
    consentDays: plan.consentDays,
    takenOver: before.takenOver,
  };
  return {
    provider: cluster.provider,
    site,
    done: [cluster, ...fabrics.map(({ fabric }) => fabric)],
    outputs: {
      endpoint: cluster.endpoint,
      links: cluster.links,
      facts: cluster.facts,
      quorum: cluster.quorum,
      rings: Object.fromEntries(
        rings.map(({ network, map, paths }) => [network, { ...map, paths }]),
      ),
    },
  };
}

/** What the phase makes, for those behind it. */
export type DeclaredCluster = Pick<Awaited<ReturnType<typeof declareCluster>>, "provider" | "site">;
