import type { ClusterPlan } from "../../config/plan/index.js";
import { isUnderWay, type Standing } from "../../dynamic-providers/fencer/standing.js";
import { spareWhileOff } from "../../dynamic-providers/health/spare.js";
import type { RunningGuests } from "../../dynamic-providers/membership/guests.js";
import {
  type HaStatus,
  parseHaStatus,
  recovered,
} from "../../dynamic-providers/membership/ha-status.js";
import type { DrillRecord } from "../drill/record.js";
import type { MaintenanceRecord } from "../maintenance/record.js";
import { type ClusterView, clusterView } from "../status/cluster-view.js";
import type { NodeView } from "../status/node-view.js";

type Reached = NodeView & { readonly reachable: true };

/** The cluster as somebody has to see it who switches power. */
export interface FenceSight {
  readonly view: ClusterView;
  /** A member with quorum; only what such a one says of others counts. */
  readonly witness: Reached | undefined;
  /** Nodes that answer over ssh, whatever they believe to be. */
  readonly answers: readonly string[];
  /** Members in the witness's eyes. */
  readonly online: readonly string[];
  readonly ha: HaStatus;
  readonly standings: readonly Standing[];
  /** Drills that were begun and not restored yet, and who keeps the record. */
  readonly drills: readonly KeptDrill[];
  /** Nodes out of service. */
  readonly maintenance: readonly MaintenanceRecord[];
  /** What could not be looked at. */
  readonly troubles: readonly string[];
  /** Members whose fencers can be asked, in the order of the nodes. */
  readonly askers: readonly string[];
}

export type KeptDrill = DrillRecord & {
  readonly keeper: string;
  /** For so long nobody has said that it goes on. */
  readonly idleS: number;
};

/** What is known of a single node beside that. */
export interface NodeLook {
  readonly guests:
    | ({ readonly kind: "running" } & RunningGuests)
    /** Their definitions lie with the node, which does not answer. */
    | { readonly kind: "defined"; readonly guests: readonly string[] }
    | { readonly kind: "unknown"; readonly why: string };
  readonly ceph:
    | { readonly kind: "told"; readonly against: readonly string[] }
    | { readonly kind: "unknown"; readonly why: string }
    /** The node is away already, or there is no Ceph. */
    | { readonly kind: "not-asked" };
}

export function fenceSight(
  plan: ClusterPlan,
  views: readonly NodeView[],
  {
    standings,
    drills,
    troubles,
  }: {
    readonly standings: readonly Standing[];
    readonly drills: readonly KeptDrill[];
    readonly troubles: readonly string[];
  },
): FenceSight {
  const reached = views.flatMap((view) => (view.reachable ? [view] : []));
  const witness = reached.find(
    ({ membership }) => membership.quorate && membership.conf?.clusterName === plan.name,
  );
  const online = Object.entries(witness?.membership.members ?? {}).flatMap(([node, { online }]) =>
    online ? [node] : [],
  );
  const answers = reached.map(({ node }) => node);
  return {
    view: clusterView(plan, views),
    witness,
    answers,
    online,
    ha: parseHaStatus(witness?.ha ?? []),
    standings,
    drills,
    maintenance: witness?.maintenance ?? [],
    troubles,
    askers: plan.fencing.fencers.filter(
      (node) => answers.includes(node) && (online.includes(node) || witness === undefined),
    ),
  };
}

/** Guests that HA would start elsewhere when the node is lost, and those of them that have no other home. */
export function lostWith(
  { feasibility }: Pick<ClusterPlan, "feasibility">,
  { ha }: Pick<FenceSight, "ha">,
  node: string,
): { readonly services: readonly string[]; readonly stranded: readonly string[] } {
  const services = recovered(ha, node);
  const { homeless = [] } = feasibility.losses.find(({ lost }) => lost === node) ?? {};
  return { services, stranded: services.filter((sid) => homeless.includes(sid)) };
}

/** What members, links and votes have against doing without a node. */
export function againstByMembers(
  view: ClusterView,
  witness: Reached,
  node: string,
): readonly string[] {
  const margin = spareWhileOff(node, witness.membership);
  return [
    ...view.nodes.flatMap(({ node: name, state, detail }) =>
      state === "member" ? [] : [`${name} is ${state} (${detail})`],
    ),
    ...view.links.flatMap(({ link, state }) =>
      state === "connected" ? [] : [`corosync's link ${link} is ${state}`],
    ),
    ...(margin.met ? [] : [margin.evidence]),
  ];
}

/** What Ceph has against losing the node; that it could not be asked is against it too. */
export function againstByCeph(ceph: NodeLook["ceph"]): readonly string[] {
  switch (ceph.kind) {
    case "told":
      return ceph.against;
    case "unknown":
      return [`whether Ceph can spare it is not known: ${ceph.why}`];
    case "not-asked":
      return [];
  }
}

/** What the fencers are at, in words; empty when at nothing. */
export function underWay({ standings }: Pick<FenceSight, "standings">): string[] {
  const cases = standings.flatMap(({ daemon }) => daemon?.cases.filter(isUnderWay) ?? []);
  const said = cases.map(
    ({ node, step, holder }) => `${holder} is switching ${node} ${step === "off" ? "off" : "on"}`,
  );
  return [...new Set(said)];
}
