import { judge } from "../../../../automation/doctor/judge.js";
import type { NodeAnswer, NodeFacts } from "../../../../automation/doctor/node-facts.js";
import type { Observation } from "../../../../automation/doctor/observe.js";
import { lossesOf } from "../../../../automation/report/gather.js";
import type { Material } from "../../../../automation/report/material.js";
import { parseCeph } from "../../../../automation/status/ceph-view.js";
import { clusterView } from "../../../../automation/status/cluster-view.js";
import type { NodeView } from "../../../../automation/status/node-view.js";
import { startFrom } from "../../../../automation/whatif/sight.js";
import { type ClusterPlan, nodeOf, planCluster } from "../../../../config/plan/index.js";
import { usedBy } from "../../../../config/plan/storage.js";
import type { ClusterSpec } from "../../../../config/schema/cluster.js";
import { HEALTHY_CEPH } from "../../../support/ceph-status.js";
import { corosyncConf, NOW_MS, soundMember, votesOf } from "../doctor/sound.js";

type Reached = Extract<NodeView, { readonly reachable: true }>;

/** What is changed of a cluster that is well. */
export interface Change {
  /** Nodes that take no connection, and count for nobody. */
  readonly dead?: readonly string[];
  /** No member has quorum. */
  readonly withoutQuorum?: boolean;
  readonly view?: (view: Reached) => Partial<Reached>;
  readonly facts?: (facts: NodeFacts) => Partial<NodeFacts>;
  readonly observation?: Partial<Observation>;
  readonly material?: Partial<Material>;
}

/** A report's material, of a cluster that is well but for what is said. */
export function materialOf(spec: ClusterSpec, change: Change = {}): Material {
  const plan = planCluster(spec, { folder: "/keys/cluster" });
  const dead = change.dead ?? [];
  const alive = plan.nodes.map(({ name }) => name).filter((name) => !dead.includes(name));
  const views = plan.nodes.map(({ name, address }): NodeView => {
    const why = "no answer within 1.5 s";
    const view = soundView(plan, name, alive, change.withoutQuorum === true);
    return dead.includes(name)
      ? { node: name, address, reachable: false, late: false, why }
      : { ...view, ...change.view?.(view) };
  });
  const formed = alive.length > 0;
  const nodes = plan.nodes.map(({ name }): NodeAnswer => {
    if (dead.includes(name)) {
      return {
        node: name,
        reachable: false,
        why: "no answer within 5 s",
        doNext: "Check its power.",
      };
    }
    const facts = soundMember(plan, name);
    return { ...facts, ...change.facts?.(facts) };
  });
  const observation = { nodes, devices: [], ...change.observation };
  const { now, said } = startFrom(plan, views);
  return {
    stack: "frege",
    madeAtMs: NOW_MS,
    madeOn: "workbench",
    spec,
    plan,
    file: { findings: [], acknowledged: 0 },
    look: { atMs: NOW_MS - 4_000, view: clusterView(plan, views), views },
    examination: {
      atMs: NOW_MS,
      formed,
      observation,
      report: judge(
        {
          stack: "frege",
          plan,
          channel: "no-subscription",
          formed,
          acknowledged: [],
          nowMs: NOW_MS,
        },
        observation,
      ),
    },
    forecast: { from: said, losses: lossesOf(spec, plan, now) },
    runs: { entries: [], unread: [] },
    timed: undefined,
    drills: { entries: [], unread: [] },
    acceptances: { entries: [], unread: [] },
    ...change.material,
  };
}

/** A member on which nothing is wrong, as `status` sees it. */
function soundView(
  plan: ClusterPlan,
  node: string,
  alive: readonly string[],
  withoutQuorum: boolean,
): Reached {
  const facts = soundMember(plan, node);
  const { expectedVotes } = plan.corosync.quorum;
  return {
    node,
    address: nodeOf(plan, node).address,
    reachable: true,
    membership: {
      ...facts.membership,
      ...soundConf(plan),
      quorate: !withoutQuorum,
      etcPveWritable: !withoutQuorum,
      services: { corosync: "active", "pve-cluster": "active", pveproxy: "active" },
      votes: votesOf(
        withoutQuorum ? 1 : expectedVotes - (plan.nodes.length - alive.length),
        expectedVotes,
      ),
      members: Object.fromEntries(
        plan.nodes.map(({ name, id }) => [name, { id, online: alive.includes(name) }]),
      ),
      guests: plan.guests.filter((guest) => guest.node === node).map(({ id }) => String(id)),
    },
    closed: undefined,
    machine: {},
    backups: undefined,
    storages: Object.fromEntries(
      plan.storages.map((one) => [one.id, usedBy(one, node) ? "active" : "disabled"]),
    ),
    ha: withoutQuorum
      ? ["no quorum on node"]
      : [
          "quorum OK",
          `master ${alive[0] ?? ""} (active, Sat Nov 21 00:00:00 2026)`,
          ...plan.guests.map(({ sid, node: home }) => `service ${sid} (${home}, started)`),
        ],
    ringRoutes: routesFrom(plan, node),
    neighbours: neighboursOf(plan, node),
    maintenance: [],
    nowS: NOW_MS / 1_000,
    fencer: {
      state: "active",
      ageS: 40,
      matrix: { time: NOW_MS / 1_000 - 40, rows: rowsOf(plan, node) },
    },
    ceph: parseCeph(node, JSON.stringify(healthyCeph(plan))),
  };
}

/** The configuration of corosync with the links of the plan. */
function soundConf({ name, corosync }: ClusterPlan): Pick<Reached["membership"], "conf"> {
  const links = corosync.links;
  return {
    conf: {
      ...corosyncConf(name, 3),
      linkPriorities: Object.fromEntries(links.map(({ number, priority }) => [number, priority])),
    },
  };
}

function routesFrom(plan: ClusterPlan, node: string): Record<string, string> {
  return Object.fromEntries(
    plan.rings.flatMap(({ nodes }) =>
      nodes
        .filter((one) => one.node !== node)
        .flatMap(({ loopback4 }) => (loopback4 === undefined ? [] : [[loopback4, "en05"]])),
    ),
  );
}

function neighboursOf(plan: ClusterPlan, node: string): Reached["neighbours"] {
  const ends = plan.rings.flatMap(({ cables }) =>
    cables.flatMap(([a, b]) => [
      [a, b],
      [b, a],
    ]),
  );
  return ends.flatMap(([own, far]) =>
    own?.node === node && far !== undefined
      ? [{ port: own.port, name: far.node, farPort: far.port }]
      : [],
  );
}

function rowsOf(
  { fencing }: ClusterPlan,
  by: string,
): NonNullable<NonNullable<Reached["fencer"]>["matrix"]>["rows"] {
  return fencing.matrix
    .filter((pair) => pair.by === by)
    .map(({ target, device, address }) => ({
      by,
      node: target,
      kind: device,
      address,
      ok: true,
      passing: false,
      power: "on",
      why: "",
    }));
}

function healthyCeph({ ceph }: ClusterPlan): object {
  const osds = ceph?.osds.length ?? 0;
  return {
    ...HEALTHY_CEPH,
    quorum_names: ceph?.monitors ?? [],
    osdmap: { num_osds: osds, num_up_osds: osds, num_in_osds: osds },
  };
}
