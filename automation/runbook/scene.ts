import { list } from "../../config/findings/enumeration.js";
import type { ClusterPlan } from "../../config/plan/index.js";
import { present } from "../../config/plan/present.js";
import type { ClusterView } from "../status/cluster-view.js";
import type { NodeView } from "../status/node-view.js";
import type { NodeAt } from "./page.js";

/** A node as it was seen, and as the others see it. */
export interface NodeNow extends NodeAt {
  readonly state: ClusterView["nodes"][number]["state"] | "not asked";
  readonly detail: string;
  /** Whether members with quorum count it in; undefined when no such member could be asked. */
  readonly counted: boolean | undefined;
  /** That it counts itself, with and without quorum. */
  readonly votes?: number;
}

/** A guest of HA or of the stack file, where HA or its own node says that it is. */
export interface GuestNow {
  readonly id: number;
  readonly kind: "vm" | "ct";
  readonly node: string;
  /** As HA calls its state; absent where HA does not look after it. */
  readonly ha?: string;
}

/** What a runbook is written from. */
export interface Scene {
  /** As it was typed, so that commands name it in the same way. */
  readonly stack: string;
  readonly plan: ClusterPlan;
  /** Absent when nobody was asked, or nobody answered: then nothing is known but the stack file. */
  readonly view?: ClusterView;
  readonly nodes: readonly NodeNow[];
  readonly guests: readonly GuestNow[];
  /** Groups of members that each say they have quorum and do not count the same nodes in; one group where all is well. */
  readonly parts: readonly (readonly string[])[];
  /** What was seen, and what was not, for the reader. */
  readonly said: readonly string[];
}

/** By the stack file alone. */
export function sceneOfFile(stack: string, plan: ClusterPlan, why: string): Scene {
  return {
    stack,
    plan,
    nodes: plan.nodes.map(({ name, address }) => ({
      node: name,
      address,
      state: "not asked",
      detail: "",
      counted: undefined,
    })),
    guests: [],
    parts: [],
    said: [
      `${why}: nothing is known of how the cluster is; names and addresses are the stack file's`,
    ],
  };
}

/** A look in which nobody answered says nothing about the cluster, and no more than the stack file is taken from it. */
export function sceneOf(
  stack: string,
  plan: ClusterPlan,
  view: ClusterView,
  views: readonly NodeView[],
): Scene {
  const seen = views.flatMap((one) => (one.reachable ? [one] : []));
  if (seen.length === 0) {
    return sceneOfFile(stack, plan, "no node answered in time");
  }
  const members = seen.filter(
    ({ membership }) => membership.quorate && membership.conf?.clusterName === plan.name,
  );
  const countedBy = members.map(({ membership }) => onlineIn(membership.members));
  const guests = new Map<number, GuestNow>();
  for (const { node, membership } of members) {
    for (const id of membership.guests.map(Number)) {
      const planned = plan.guests.find((one) => one.id === id);
      if (planned !== undefined) {
        guests.set(id, { id, kind: planned.kind === "container" ? "ct" : "vm", node });
      }
    }
  }
  for (const line of view.ha) {
    const [, kind, id, node, ha] = /^service (vm|ct):(\d+) \(([^,\s]+), ([^)]+)\)/.exec(line) ?? [];
    if ((kind === "vm" || kind === "ct") && node !== undefined && ha !== undefined) {
      guests.set(Number(id), { id: Number(id), kind, node, ha });
    }
  }
  const nodes = view.nodes.map((one) => ({
    ...one,
    counted:
      countedBy.length === 0 ? undefined : countedBy.some((names) => names.includes(one.node)),
    ...present({ votes: seen.find(({ node }) => node === one.node)?.membership.votes.present }),
  }));
  return {
    stack,
    plan,
    view,
    nodes,
    guests: [...guests.values()].sort((a, b) => a.id - b.id),
    parts: [...new Set(countedBy.map((names) => names.join(" ")))].map((names) => names.split(" ")),
    said: saidOf(view, nodes),
  };
}

function onlineIn(members: Readonly<Record<string, { readonly online: boolean }>>): string[] {
  return Object.entries(members)
    .flatMap(([name, { online }]) => (online ? [name] : []))
    .sort();
}

function saidOf({ quorum, ceph }: ClusterView, nodes: readonly NodeNow[]): string[] {
  const votes = `${quorum.votes} of ${quorum.expected} votes`;
  return [
    quorum.quorate
      ? `quorum with ${votes}, ${quorum.needed} needed`
      : quorum.known
        ? `NO QUORUM, say the nodes that answered; ${quorum.needed} of ${quorum.expected} votes are needed`
        : "whether there is quorum could not be told",
    ...nodes
      .filter(({ state }) => state !== "member")
      .map(
        ({ node, state, counted }) =>
          `${node}: ${state}${counted === undefined ? "" : counted ? ", and the others count it in" : ", and the others do not count it in"}`,
      ),
    ...(ceph === undefined
      ? []
      : ceph.state === "told"
        ? [`Ceph: ${[ceph.health ?? "", ...ceph.lacks, ...ceph.warnings].join("; ")}`]
        : [`Ceph did not tell how it is: ${list(ceph.lacks)}`]),
  ];
}

/** Nodes that are members at work, in their order. */
export function membersOf({ nodes }: Scene): readonly NodeNow[] {
  return nodes.filter(({ state }) => state === "member");
}

/** Nodes of which members with quorum say that they are gone. */
export function deadOf({ nodes }: Scene): readonly NodeNow[] {
  return nodes.filter(({ state, counted }) => counted === false && state !== "member");
}

/** Whom to ask: a member at work, else one that answered, else the first that the stack file names. */
export function spokesman(scene: Scene, except?: string): NodeNow {
  const others = scene.nodes.filter(({ node }) => node !== except);
  const answered = ["no quorum", "cannot tell", "not a member"];
  const found =
    others.find(({ state }) => state === "member") ??
    others.find(({ state }) => answered.includes(state)) ??
    others[0] ??
    scene.nodes[0];
  if (found === undefined) {
    throw new Error(`${scene.plan.name} has no node`);
  }
  return found;
}

/** Its management controllers and outlets, to be found at night. */
export function controllersOf({ plan }: Scene, node: string): string {
  const devices = plan.fencing.devices
    .filter((one) => one.node === node)
    .map(({ kind, address }) => `${kind} ${address}`);
  return devices.length === 0 ? "no management controller is in the stack file" : list(devices);
}

export function hasFencers({ plan }: Scene): boolean {
  return plan.fencing.fencers.length > 0;
}

/** Why pages about Ceph have nothing to say of a stack. */
export function lacksCeph({ ceph }: ClusterPlan): string | undefined {
  return ceph === undefined
    ? "this stack has no Ceph"
    : ceph.withheld.length > 0
      ? `this program makes no Ceph of this stack file: ${ceph.withheld[0]}`
      : undefined;
}
