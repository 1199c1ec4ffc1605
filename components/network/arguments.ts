import type { ClusterPlan } from "../../config/plan/index.js";
import type { DeclaredHost } from "../hosts/arguments.js";
import type { BondPartnersArgs } from "./bond-partners.js";
import type { BondedNetworkArgs } from "./bonded-network.js";
import type { CablingReportArgs } from "./cabling-report.js";
import type { ClockAgreementArgs } from "./clock-agreement.js";
import type { NetworkPathsArgs } from "./network-paths.js";
import { memberOf, type ThunderboltRingArgs } from "./thunderbolt-ring.js";

/** What the plan says of the interfaces of one host. */
export function networkArgs(
  { adopt, deadlines, rings }: ClusterPlan,
  { node, base }: DeclaredHost,
): BondedNetworkArgs {
  const ringOwner = rings.find(({ network }) => node.places[network] !== undefined)?.owner;
  return { node, rollbackMs: deadlines.networkRollback, adopt, ringOwner, host: base.self };
}

/** What the plan says of the ring in a network; it needs every host that is in it. */
export function ringArgs(
  plan: ClusterPlan,
  network: string,
  hosts: readonly DeclaredHost[],
): ThunderboltRingArgs {
  const { adopt, deadlines, major, name, rings } = plan;
  const ring = rings.find((one) => one.network === network);
  if (ring === undefined) {
    const known = rings.map((one) => one.network).join(", ") || "none";
    throw new Error(`${name} has no ring in the network ${network}; networks with one: ${known}`);
  }
  return {
    ring,
    members: hosts.map(({ node, base }) => memberOf(ring, node, base.self)),
    major,
    rollbackMs: deadlines.networkRollback,
    convergenceMs: deadlines.ring,
    adopt,
  };
}

/** What the plan says of the paths in a network without a ring. */
export function pathsArgs({ deadlines, nodes }: ClusterPlan, network: string): NetworkPathsArgs {
  return { network, nodes, deadlineMs: deadlines.ring };
}

export function clockArgs({ clocks, nodes }: ClusterPlan): ClockAgreementArgs {
  return { ...clocks, nodes };
}

export function bondArgs({ nodes }: ClusterPlan): BondPartnersArgs {
  return { nodes };
}

export function cablingArgs({ cabling, nodes }: ClusterPlan): CablingReportArgs {
  return { cabling, nodes };
}
