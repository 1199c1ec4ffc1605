import type { ClusterPlan } from "../../config/plan/index.js";
import { type Before, barriersOf } from "../program/build-up.js";
import { HostBase } from "./host-base.js";

/** Every host by itself, all at once. */
export function declareHosts(plan: ClusterPlan, before: Before) {
  const { adopt, deadlines } = plan;
  const hosts = plan.nodes.map((node, at) => ({
    node,
    base: new HostBase(
      node.name,
      { node, adopt, deadlines, ...keeperOf(plan, at) },
      { dependsOn: barriersOf(before) },
    ),
  }));
  const reasons = hosts.map(({ node, base }) => [node.name, base.rebootReasons] as const);
  return {
    hosts,
    done: hosts.map(({ base }) => base),
    outputs: { rebootReasons: Object.fromEntries(reasons) },
  };
}

/** The next node watches over Ceph's flag while this one restarts; a cluster without Ceph has none. */
function keeperOf({ ceph, nodes }: ClusterPlan, at: number) {
  const next = nodes[(at + 1) % nodes.length];
  return ceph === undefined || next === undefined || nodes.length === 1
    ? {}
    : { keeper: next.connection };
}

/** What the phase makes, for those behind it. */
export type DeclaredHosts = Pick<ReturnType<typeof declareHosts>, "hosts">;
