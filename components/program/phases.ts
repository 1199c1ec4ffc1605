import type * as pulumi from "@pulumi/pulumi";
import type { ClusterPlan } from "../../config/plan/index.js";
import { Roster } from "../../dynamic-providers/pvecm/roster/resource.js";
import { clusterMembers, totemOf } from "../cluster/cluster-members.js";
import { HostBase } from "../hosts/host-base.js";
import { BondPartners } from "../network/bond-partners.js";
import { BondedNetwork } from "../network/bonded-network.js";
import { CablingReport } from "../network/cabling-report.js";
import { ClockAgreement } from "../network/clock-agreement.js";
import { NetworkPaths } from "../network/network-paths.js";
import { ThunderboltRing } from "../network/thunderbolt-ring.js";
import type { HookPoints } from "./hooks.js";

/** What the plan says about one node, side by side. */
function byNode(plan: ClusterPlan) {
  return plan.nodes.flatMap((node, at) => {
    const host = plan.hosts[at];
    const connection = plan.connections[at];
    const network = plan.networks[at];
    return host === undefined || connection === undefined || network === undefined
      ? []
      : [{ node, host, connection, network }];
  });
}

/** Stands before everything: nothing is touched while a node is missing without consent, or another cluster is met. */
export function declareNodes(plan: ClusterPlan): Roster {
  const { adopt, nodes, connections, corosync } = plan;
  return new Roster("nodes", {
    cluster: plan.name,
    adopt,
    nodes: nodes.map(({ name }) => name),
    ids: Object.fromEntries(nodes.map(({ name, id }) => [name, id])),
    installations: Object.fromEntries(nodes.map(({ name, installation }) => [name, installation])),
    members: clusterMembers(nodes, connections, corosync).map(({ member }) => member),
    prioritiesNamed: corosync.prioritiesNamed,
    totem: totemOf(corosync),
    ...(corosync.quorum.qdevice === undefined ? {} : { qdevice: corosync.quorum.qdevice.address }),
    consent: Object.fromEntries(
      Object.entries(plan.consentDays).filter(
        ([what]) => what.startsWith("node.") || what === "qdevice",
      ),
    ),
  });
}

/** Every host by itself, all at once. */
export function declareHosts(
  plan: ClusterPlan,
  rosters: readonly pulumi.Resource[],
  hooks: HookPoints,
): HostBase[] {
  const { adopt } = plan;
  const before = hooks.at("before", "hosts", rosters);
  return byNode(plan).map(
    ({ node, host, connection }) =>
      new HostBase(
        node.name,
        { node, host, connection, adopt, deadlines: plan.deadlines },
        { dependsOn: [...rosters, ...before] },
      ),
  );
}

export interface Networks {
  readonly networks: readonly BondedNetwork[];
  readonly rings: readonly ThunderboltRing[];
  readonly bonds: BondPartners;
  readonly cabling: CablingReport;
  /** Barriers: what is built on networks waits for these. */
  readonly proofs: readonly pulumi.Resource[];
}

/** Interfaces of each host after its base, rings after all of them, and a proof for each network. */
export function declareNetworks(
  plan: ClusterPlan,
  hosts: readonly HostBase[],
  hooks: HookPoints,
): Networks {
  const { adopt, connections, major, deadlines } = plan;
  const rollbackMs = deadlines.networkRollback;
  const before = hooks.between("hosts", "network", hosts);
  const networks = byNode(plan).flatMap(({ node, connection, network }, at) => {
    const host = hosts[at];
    return host === undefined
      ? []
      : [
          new BondedNetwork(
            node.name,
            {
              network,
              connection,
              rollbackMs,
              adopt,
              ringOwner: plan.rings.find((ring) => ring.nodes.some((one) => one.node === node.name))
                ?.owner,
              host: host.self,
            },
            { dependsOn: [host, ...before] },
          ),
        ];
  });
  const selves = Object.fromEntries(
    plan.nodes.flatMap(({ name }, at) => {
      const host = hosts[at];
      return host === undefined ? [] : [[name, host.self] as const];
    }),
  );
  const rings = plan.rings.map(
    (ring) =>
      new ThunderboltRing(
        ring.network,
        {
          ring,
          major,
          connections,
          paths: plan.paths[ring.network] ?? [],
          rollbackMs,
          convergenceMs: deadlines.ring,
          adopt,
          hosts: selves,
        },
        { dependsOn: [...hosts, ...networks] },
      ),
  );
  const others = Object.entries(plan.paths).filter(
    ([network]) => !plan.rings.some((ring) => ring.network === network),
  );
  const proofs = others.map(
    ([network, paths]) =>
      new NetworkPaths(
        network,
        { paths, connections, deadlineMs: deadlines.ring },
        { dependsOn: [...hosts, ...networks] },
      ),
  );
  const clocks = new ClockAgreement(
    "clocks",
    { ...plan.clocks, connections },
    { dependsOn: [...hosts, ...networks] },
  );
  const bonds = new BondPartners(
    "bonds",
    { networks: plan.networks, connections },
    { dependsOn: [...networks] },
  );
  // Any order of the cables will do, so nothing waits for this.
  const cabling = new CablingReport(
    "cabling",
    { cabling: plan.cabling, connections },
    { dependsOn: [...hosts, ...networks, ...rings] },
  );
  return {
    networks,
    rings,
    bonds,
    cabling,
    proofs: [...hosts, ...networks, clocks, bonds, ...rings, ...proofs],
  };
}
