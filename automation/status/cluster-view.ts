import { spaceAdvice } from "../../config/failure/no-space.js";
import type { LossPlan } from "../../config/plan/feasibility.js";
import { type ClusterPlan, nodeOf } from "../../config/plan/index.js";
import { quorumOf } from "../../config/plan/votes.js";
import { type ConditionName, reasons, unmet } from "../../dynamic-providers/health/condition.js";
import { healthyMember, ofLink, readable } from "../../dynamic-providers/health/member.js";
import { storageUsable } from "../../dynamic-providers/health/storages.js";
import { type Cabling, compareCabling } from "../../dynamic-providers/measure/cabling.js";
import { linkNumbers } from "../../dynamic-providers/membership/corosync-conf.js";
import { isOverdue } from "../maintenance/record.js";
import { type BackupsView, backupsView } from "./backups-view.js";
import { type CalendarEntry, calendarOf } from "./calendar.js";
import { type CephView, cephIsSound, cephView } from "./ceph-view.js";
import { type FencingView, fencingIsSound, fencingView } from "./fencing-view.js";
import { certificateIsOver, type MachineSeen } from "./machine-view.js";
import { type NodeView, TOOL_PATIENCE_S } from "./node-view.js";
import { type UpgradeView, upgradeView } from "./upgrade-view.js";

/** Late: it can be connected to, and did not answer in time. */
type NodeState =
  | "member"
  | "not a member"
  | "no quorum"
  /** Whether and where it is a member cannot be told: its cluster file system has stopped. */
  | "cannot tell"
  | "late"
  | "unreachable";

export interface ClusterView {
  readonly cluster: string;
  readonly healthy: boolean;
  readonly quorum: {
    /** False when no node was there to ask; then nothing is known about it. */
    readonly known: boolean;
    readonly quorate: boolean;
    readonly votes: number;
    readonly expected: number;
    readonly needed: number;
  };
  readonly nodes: readonly {
    readonly node: string;
    readonly address: string;
    readonly state: NodeState;
    readonly detail: string;
  }[];
  /** How busy each node that answered is, and what it waits for. */
  readonly machines: readonly ({ readonly node: string } & MachineSeen)[];
  readonly links: readonly {
    readonly link: number;
    readonly network: string;
    readonly priority: number;
    readonly state: string;
  }[];
  readonly rings: readonly {
    readonly from: string;
    readonly to: string;
    readonly through: string;
  }[];
  /** Cables of rings and of declared ports as neighbours announce them, and what is not as declared. */
  readonly cabling: Cabling;
  readonly storages: readonly {
    readonly storage: string;
    readonly states: Readonly<Record<string, string>>;
  }[];
  /** Absent where the file makes none. */
  readonly ceph?: CephView;
  /** Absent where the file has no backup job. */
  readonly backups?: BackupsView;
  /** What is to be proved again and again, as far as a member with quorum tells. */
  readonly calendar: readonly CalendarEntry[];
  readonly ha: readonly string[];
  /** Nodes out of service; an end that is over was forgotten. */
  readonly maintenance: readonly {
    readonly node: string;
    /** Seconds since 1970. */
    readonly since: number;
    readonly until: number;
    readonly overdue: boolean;
  }[];
  /** Absent where none has been begun, or it came to its end. */
  readonly upgrade?: UpgradeView;
  readonly fencing: FencingView;
  /** As the file says; on Proxmox VE 9 one without a guest is no rule yet. */
  readonly placements: readonly {
    readonly placement: string;
    readonly nodes: Readonly<Record<string, number>>;
    readonly strict: boolean;
    readonly guests: readonly string[];
  }[];
  /** What the loss of each single node means. */
  readonly losses: readonly (LossPlan & { readonly quorumStays: boolean })[];
  readonly verdict: readonly string[];
}

/** Puts the nodes' views together. What a node without quorum says of others is not believed. */
export function clusterView(plan: ClusterPlan, views: readonly NodeView[]): ClusterView {
  const seen = views.flatMap((view) => (view.reachable ? [view] : []));
  const quorate = seen.filter(
    ({ membership }) => membership.quorate && membership.conf?.clusterName === plan.name,
  );
  const [witness] = quorate;
  const votes = witness?.membership.votes.present ?? 0;
  const expected = witness?.membership.votes.expected ?? plan.corosync.quorum.expectedVotes;
  const nodes = views.map((view) => ({
    node: view.node,
    address: view.address,
    ...stateOf(plan.name, view),
  }));
  const storageIds = plan.storages.map(({ id }) => id);
  const storages = storageIds.map((storage) => ({
    storage,
    states: Object.fromEntries(
      seen.map(({ node, closed, storages: states }) => [
        node,
        closed !== undefined
          ? `not asked: ${closed}`
          : states === undefined
            ? `did not tell within ${TOOL_PATIENCE_S} s`
            : (states[storage] ?? "unknown"),
      ]),
    ),
  }));
  const links = linksOf(plan, quorate);
  const known = new Set(
    (witness?.ha ?? []).flatMap((line) => /^service (\S+) /.exec(line)?.[1] ?? []),
  );
  // Before anybody has said which guests HA knows, the file's own are all there is to tell.
  const exists = (guest: string): boolean => witness === undefined || known.has(guest);
  const fencing = fencingView(plan.fencing, seen);
  const maintenance = (witness?.maintenance ?? []).map(({ node, since, until }) => ({
    node,
    since,
    until,
    overdue: isOverdue({ until }, witness?.nowS ?? 0),
  }));
  const upgrade = upgradeView(witness?.upgrade, witness?.nowS ?? 0);
  const ceph = cephView(
    plan.ceph,
    quorate.map((view) => view.ceph),
  );
  const backups = backupsView(
    plan.backupJobs,
    quorate.flatMap((view) => view.backups ?? []),
    (witness?.nowS ?? 0) * 1_000,
  );
  const healthy =
    nodes.every(({ state }) => state === "member") &&
    seen.every(({ node, membership }) => unmet(healthyMember(node, membership)).length === 0) &&
    seen.every(({ closed }) => closed === undefined) &&
    links.every(({ state }) => state === "connected") &&
    storages.every(({ storage, states }) =>
      Object.entries(states).every(([node, state]) => storageUsable(node, { storage, state }).met),
    ) &&
    maintenance.every(({ overdue }) => !overdue) &&
    upgrade?.goesOn !== false &&
    cephIsSound(ceph) &&
    seen.every(({ machine }) => !certificateIsOver(machine)) &&
    (backups?.jobs ?? []).every(({ overdue }) => overdue.length === 0) &&
    fencingIsSound(fencing);
  return {
    cluster: plan.name,
    healthy,
    quorum: {
      known: seen.some(({ membership }) => membership.conf?.clusterName === plan.name),
      quorate: witness !== undefined,
      votes,
      expected,
      needed: quorumOf(expected),
    },
    nodes,
    machines: seen.map(({ node, machine }) => ({ node, ...machine })),
    links,
    rings: ringPaths(plan, seen),
    cabling: cablingOf(plan, seen),
    storages,
    ...(ceph === undefined ? {} : { ceph }),
    ...(backups === undefined ? {} : { backups }),
    calendar:
      witness === undefined
        ? []
        : calendarOf({
            recovers: known.size > 0,
            lastDrill: witness.lastDrill,
            backups,
            nowS: witness.nowS,
          }),
    ha: witness?.ha ?? [],
    maintenance,
    ...(upgrade === undefined ? {} : { upgrade }),
    fencing,
    placements: plan.ha.placements.map(({ name, nodes: order, strict, resources }) => ({
      placement: name,
      nodes: { ...order },
      strict,
      guests: resources.filter(exists),
    })),
    losses: plan.feasibility.losses.map((loss) => ({
      ...loss,
      moves: Object.fromEntries(Object.entries(loss.moves).filter(([guest]) => exists(guest))),
      homeless: loss.homeless.filter(exists),
      waiting: loss.waiting.filter(exists),
      quorumStays: !plan.corosync.quorum.indispensable.includes(loss.lost),
    })),
    verdict: plan.feasibility.findings.map(
      ({ lost, message }) => `${lost === undefined ? "" : `without ${lost}: `}${message}`,
    ),
  };
}

function stateOf(
  cluster: string,
  view: NodeView,
): {
  readonly state: NodeState;
  readonly detail: string;
} {
  if (!view.reachable) {
    return { state: view.late ? "late" : "unreachable", detail: view.why };
  }
  const { membership } = view;
  const closed =
    view.closed === undefined
      ? ""
      : `; nothing can be written in /tmp: ${view.closed}. ${spaceAdvice(view.closed) ?? ""}`.trimEnd();
  const version = `Proxmox VE ${membership.pveVersion}${closed}`;
  const known = readable(view.node, membership);
  if (!known.met) {
    return { state: "cannot tell", detail: `${version}; ${known.value}. ${known.doNext}` };
  }
  if (membership.conf === undefined) {
    return { state: "not a member", detail: `${version}, in no cluster` };
  }
  if (membership.conf.clusterName !== cluster) {
    return { state: "not a member", detail: `${version}, in ${membership.conf.clusterName}` };
  }
  if (!membership.quorate) {
    return { state: "no quorum", detail: `${version}, /etc/pve is read-only` };
  }
  const wrong = unmet(healthyMember(view.node, membership));
  const told = reasons(wrong.filter(({ name }) => !TOLD_ELSEWHERE.includes(name)));
  return { state: "member", detail: [version, ...told].join("; ") };
}

/** Members, votes and links have lines of their own on the screen. */
const TOLD_ELSEWHERE: readonly ConditionName[] = ["quorum", "votes", "members", "links"];

type Reached = NodeView & { readonly reachable: true };

function linksOf(plan: ClusterPlan, quorate: readonly Reached[]): ClusterView["links"] {
  const conf = quorate[0]?.membership.conf;
  const down = [...new Set(quorate.flatMap(({ membership }) => membership.linksDown))];
  const numbers =
    conf === undefined ? plan.corosync.links.map(({ number }) => number) : linkNumbers(conf);
  return numbers.map((link) => {
    const planned = plan.corosync.links.find(({ number }) => number === link);
    const broken = down.filter((one) => ofLink(link, one));
    return {
      link,
      network: planned?.network ?? "not in the stack file",
      priority: conf?.linkPriorities[link] ?? planned?.priority ?? 0,
      state:
        conf === undefined
          ? "unknown"
          : broken.length === 0
            ? "connected"
            : `down: ${broken.join(", ")}`,
    };
  });
}

/** A node that cannot be asked says nothing about its ports, so its declared ends are not judged. */
function cablingOf(plan: ClusterPlan, seen: readonly Reached[]): Cabling {
  const heard = seen.map(({ node, neighbours }) => {
    const { cabledPorts: ports } = nodeOf(plan, node);
    return [node, neighbours.filter(({ port }) => ports.includes(port))] as const;
  });
  const asked = plan.cabling.declared.filter(({ node }) => seen.some((one) => one.node === node));
  return compareCabling(asked, Object.fromEntries(heard));
}

function ringPaths(plan: ClusterPlan, seen: readonly Reached[]): ClusterView["rings"] {
  return plan.rings.flatMap((ring) =>
    seen.flatMap((view) =>
      ring.nodes
        .filter(({ node }) => node !== view.node)
        .flatMap(({ node, loopback4 }) => {
          const through = loopback4 === undefined ? undefined : view.ringRoutes[loopback4];
          return loopback4 === undefined
            ? []
            : [{ from: view.node, to: node, through: through ?? "no route" }];
        }),
    ),
  );
}
