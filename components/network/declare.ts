import { type ClusterPlan, measurableNetworks } from "../../config/plan/index.js";
import type { DeclaredHosts } from "../hosts/declare.js";
import type { Before } from "../program/build-up.js";
import { BondPartners } from "./bond-partners.js";
import { BondedNetwork } from "./bonded-network.js";
import { CablingReport } from "./cabling-report.js";
import { ClockAgreement } from "./clock-agreement.js";
import { NetworkPaths } from "./network-paths.js";
import { memberOf, ThunderboltRing } from "./thunderbolt-ring.js";

/** Interfaces of each host after its base, rings after all of them, and a proof for each network. */
export function declareNetworks(plan: ClusterPlan, before: Before & DeclaredHosts) {
  const { nodes, adopt, major, deadlines } = plan;
  const rollbackMs = deadlines.networkRollback;
  const networks = before.hosts.map(({ node, base }) => {
    // No host waits for another one before its own interfaces.
    const opts = { dependsOn: [base, ...before.hooks] };
    const ringOwner = plan.rings.find(({ network }) => node.places[network] !== undefined)?.owner;
    const args = { node, rollbackMs, adopt, ringOwner, host: base.self };
    return new BondedNetwork(node.name, args, opts);
  });
  const up = { dependsOn: [...before.done, ...networks] };
  const rings = plan.rings.map((ring) => {
    const members = before.hosts.map(({ node, base }) => memberOf(ring, node, base.self));
    const args = { ring, members, major, rollbackMs, convergenceMs: deadlines.ring, adopt };
    return { plan: ring, ring: new ThunderboltRing(ring.network, args, up) };
  });
  const proofs = measurableNetworks(plan)
    .filter((network) => !plan.rings.some((ring) => ring.network === network))
    .map((network) => {
      return new NetworkPaths(network, { network, nodes, deadlineMs: deadlines.ring }, up);
    });
  const clocks = new ClockAgreement("clocks", { ...plan.clocks, nodes }, up);
  const bonds = new BondPartners("bonds", { nodes }, { dependsOn: networks });
  // Any order of the cables will do, so nothing waits for this.
  const ringed = { dependsOn: [...up.dependsOn, ...rings.map(({ ring }) => ring)] };
  const cabling = new CablingReport("cabling", { cabling: plan.cabling, nodes }, ringed);
  return {
    rings,
    done: [...up.dependsOn, clocks, bonds, ...rings.map(({ ring }) => ring), ...proofs],
    outputs: {
      cabling: { cables: cabling.cables, differences: cabling.differences },
      bonds: bonds.saw,
    },
  };
}

/** What the phase makes, for those behind it. */
export type DeclaredNetworks = Pick<ReturnType<typeof declareNetworks>, "rings">;
