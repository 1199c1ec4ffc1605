import type { ClusterPlan } from "../../config/plan/index.js";
import { type Before, barriersOf, behind } from "../program/build-up.js";
import { type DeclaredHost, hostArgs } from "./arguments.js";
import { HostBase } from "./host-base.js";

/** Every host by itself, all at once. */
export function declareHosts(plan: ClusterPlan, before: Before) {
  const hosts: DeclaredHost[] = plan.nodes.map((node) => ({
    node,
    base: new HostBase(
      node.name,
      { ...hostArgs(plan, node.name), mayInstallLater: true },
      behind(before, barriersOf(before)),
    ),
  }));
  const reasons = hosts.map(({ node, base }) => [node.name, base.rebootReasons] as const);
  return {
    hosts,
    done: hosts.map(({ base }) => base.ready),
    outputs: { rebootReasons: Object.fromEntries(reasons) },
  };
}

/** What the phase makes, for those behind it. */
export type DeclaredHosts = Pick<ReturnType<typeof declareHosts>, "hosts">;
