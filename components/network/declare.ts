import type * as pulumi from "@pulumi/pulumi";
import { type ClusterPlan, measurableNetworks } from "../../config/plan/index.js";
import type { DeclaredHosts } from "../hosts/declare.js";
import { type Before, behind } from "../program/build-up.js";
import { bondArgs, cablingArgs, clockArgs, networkArgs, pathsArgs, ringArgs } from "./arguments.js";
import { BondPartners } from "./bond-partners.js";
import { BondedNetwork } from "./bonded-network.js";
import { CablingReport } from "./cabling-report.js";
import { ClockAgreement } from "./clock-agreement.js";
import { NetworkPaths } from "./network-paths.js";
import { ThunderboltRing } from "./thunderbolt-ring.js";

/** Interfaces of each host after its base, rings after all of them, and a proof for each network. */
export function declareNetworks(plan: ClusterPlan, before: Before & DeclaredHosts) {
  const networks = before.hosts.map((host) => {
    // No host waits for another one before its own interfaces.
    const opts = behind(before, [host.base.ready, ...before.hooks]);
    return new BondedNetwork(host.node.name, networkArgs(plan, host), opts);
  });
  const standing = [...before.done, ...networks];
  const up = behind(before, standing);
  const rings = plan.rings.map((ring) => {
    const args = ringArgs(plan, ring.network, before.hosts);
    return { plan: ring, ring: new ThunderboltRing(ring.network, args, up) };
  });
  const installed = before.hosts.flatMap(({ node, base }) =>
    base.installsBehindRouting ? base.install(routingOf(node.name, rings)) : [],
  );
  const proofs = measurableNetworks(plan)
    .filter((network) => !plan.rings.some((ring) => ring.network === network))
    .map((network) => new NetworkPaths(network, pathsArgs(plan, network), up));
  // What these ask comes with the packages: the clock's daemon, and the one that hears the neighbours.
  const whole = [...standing, ...installed];
  const clocks = new ClockAgreement("clocks", clockArgs(plan), behind(before, whole));
  const bonds = new BondPartners("bonds", bondArgs(plan), behind(before, networks));
  // Any order of the cables will do, so nothing waits for this.
  const ringed = behind(before, [...whole, ...rings.map(({ ring }) => ring)]);
  const cabling = new CablingReport("cabling", cablingArgs(plan), ringed);
  return {
    rings,
    done: [...whole, clocks, bonds, ...rings.map(({ ring }) => ring), ...proofs],
    outputs: {
      cabling: { cables: cabling.cables, differences: cabling.differences },
      bonds: bonds.saw,
    },
  };
}

/** What the phase makes, for those behind it. */
export type DeclaredNetworks = Pick<ReturnType<typeof declareNetworks>, "rings">;

/** What comes last on a node before the routes of its rings. */
function routingOf(
  node: string,
  rings: readonly { readonly ring: ThunderboltRing }[],
): pulumi.Resource[] {
  return rings.flatMap(({ ring }) => ring.routing.get(node) ?? []);
}
