import type * as pulumi from "@pulumi/pulumi";
import { CEPH_ROSTER, planCephNames } from "../../config/plan/ceph-names.js";
import {
  consentedNode,
  consentsNamed,
  consentsOfDisks,
  consentsOfGuests,
  consentTo,
} from "../../config/plan/consents.js";
import type { ClusterPlan } from "../../config/plan/index.js";
import { GuestRoster } from "../../dynamic-providers/guest/roster/resource.js";
import { FirstDisks } from "../../dynamic-providers/pveceph/first-disks/resource.js";
import { CephRoster } from "../../dynamic-providers/pveceph/roster/resource.js";
import { Roster } from "../../dynamic-providers/pvecm/roster/resource.js";
import { clusterMembers, totemOf } from "../cluster/cluster-members.js";
import { declareRoster } from "../native/roster.js";

/**
 * Stands before everything: nothing is touched while a node is missing without consent or another cluster is met, and what is on the
 * cluster already is known before anything is declared that could hold it. Rules for disks are held against those that hosts really have.
 */
export async function lookFirst(plan: ClusterPlan) {
  const nodes = declareNodes(plan);
  const roster = declareRoster(plan, { dependsOn: [nodes] });
  const guests = declareGuestRoster(plan, [nodes]);
  const disks = declareDisks(plan, [nodes]);
  const ceph = declareCephRoster(plan, [nodes]);
  const addresses = plan.nodes.map(({ name, address }) => [name, address] as const);
  return {
    roster,
    takenOver: await roster.known(),
    done: [nodes, roster, guests, ...disks, ...ceph],
    outputs: { cluster: plan.name, addresses: Object.fromEntries(addresses) },
  };
}

function declareGuestRoster(plan: ClusterPlan, dependsOn: pulumi.Resource[]): GuestRoster {
  return new GuestRoster(
    "guests-roster",
    {
      cluster: plan.name,
      guests: Object.fromEntries(plan.guests.map(({ name, sid }) => [name, sid])),
      consent: consentsOfGuests(plan.consentDays),
    },
    { dependsOn },
  );
}

function declareCephRoster(plan: ClusterPlan, dependsOn: pulumi.Resource[]): CephRoster[] {
  const { ceph, consentDays, name } = plan;
  return ceph === undefined || ceph.withheld.length > 0
    ? []
    : [
        new CephRoster(
          CEPH_ROSTER,
          {
            cluster: name,
            ...planCephNames(ceph),
            consent: consentsNamed(
              consentDays,
              ceph.retiredPools.map(({ consent }) => consent),
            ),
          },
          { dependsOn },
        ),
      ];
}

function declareDisks(plan: ClusterPlan, dependsOn: pulumi.Resource[]): FirstDisks[] {
  const { adopt, ceph, consentDays, name, nodes } = plan;
  const hosts = clusterMembers(nodes).flatMap(({ member: { node, connection } }) => {
    const rules = ceph?.withheld.length === 0 ? (ceph.disks[node] ?? []) : [];
    return rules.length === 0 ? [] : [{ node, connection, rules: [...rules] }];
  });
  return hosts.length === 0
    ? []
    : [
        new FirstDisks(
          "disks",
          {
            cluster: name,
            adopt,
            nodes: hosts.map(({ node }) => node),
            hosts: hosts.map(({ connection, rules }) => ({ connection, rules })),
            consent: Object.fromEntries(
              hosts.flatMap(({ node }) => Object.entries(consentsOfDisks(consentDays, node))),
            ),
          },
          { dependsOn },
        ),
      ];
}

function declareNodes(plan: ClusterPlan): Roster {
  const { adopt, nodes, corosync } = plan;
  return new Roster("nodes", {
    cluster: plan.name,
    adopt,
    nodes: nodes.map(({ name }) => name),
    ids: Object.fromEntries(nodes.map(({ name, id }) => [name, id])),
    installations: Object.fromEntries(nodes.map(({ name, installation }) => [name, installation])),
    members: clusterMembers(nodes).map(({ member }) => member),
    prioritiesNamed: corosync.prioritiesNamed,
    totem: totemOf(corosync),
    ...(corosync.quorum.qdevice === undefined ? {} : { qdevice: corosync.quorum.qdevice.address }),
    consent: Object.fromEntries(
      Object.entries(plan.consentDays).filter(
        ([what]) => consentedNode(what) !== undefined || what === consentTo.qdevice,
      ),
    ),
  });
}

/** What the first look found, for the phases. */
export type FirstLook = Pick<Awaited<ReturnType<typeof lookFirst>>, "roster" | "takenOver">;
