import { sum } from "../../config/plan/votes.js";
import type { MembershipFacts } from "../membership/facts.js";
import { READ_AGAIN } from "../shell/etc-pve.js";
import type { Condition, ConditionName } from "./condition.js";

/** The node can tell whether and where it is a member. While it cannot, nothing else that it says of its cluster counts. */
export function readable(node: string, { unread }: MembershipFacts): Condition {
  return {
    ...about(node, "readable", "/etc/pve"),
    met: unread === undefined,
    value: unread ?? "readable",
    evidence: `what ${node} says of its cluster is not known: ${unread}`,
    doNext: READ_AGAIN,
  };
}

export function inCluster(node: string, { conf }: MembershipFacts, cluster: string): Condition {
  const where = conf === undefined ? "in no cluster" : `in the cluster ${conf.clusterName}`;
  return {
    ...about(node, "cluster", "cluster"),
    met: conf?.clusterName === cluster,
    value: where,
    evidence: `${node} is ${where}`,
    doNext: `Run \`up\` where a node has not joined yet; one of another cluster has to leave that first, or \`name\` in the stack file is wrong.`,
  };
}

/** The cluster decides, in the eyes of this node; also said of the cluster as a whole. */
export function quorum(node: string, { quorate, votes }: MembershipFacts): Condition {
  const counted = `${votes.present} of ${votes.expected} votes`;
  return {
    ...about(node, "quorum", "quorum"),
    met: quorate,
    value: `${quorate ? "quorate" : "not quorate"}, ${counted}`,
    evidence: `${node} has no quorum (${counted})`,
    doNext:
      "Bring the missing members back, or look at the corosync links; until then /etc/pve is read-only.",
  };
}

/** Everybody's vote is there, a QDevice's too, and they are as many as are wanted. */
export function allVotes(
  node: string,
  { quorate, votes }: MembershipFacts,
  wanted = votes.expected,
): Condition {
  const counted = `${votes.present} of ${votes.expected} votes${votes.expected === wanted ? "" : ` (the stack file makes ${wanted})`}`;
  return {
    ...about(node, "votes", "quorum"),
    met: votes.present === votes.expected && votes.expected === wanted,
    value: `${quorate ? "quorate" : "not quorate"}, ${counted}`,
    evidence: `${node} counts ${counted}`,
    doNext: "Bring the missing members back, or run `up` where a node has not joined yet.",
  };
}

/** The votes of nodes alone: a join or a founding is proved while a QDevice is away. */
export function votesOfNodes(node: string, { votes }: MembershipFacts, wanted: number): Condition {
  const counted = `${votes.present - votes.device} of ${wanted} votes of nodes`;
  return {
    ...about(node, "votes", "votes of nodes"),
    met: votes.present - votes.device === wanted,
    value: counted,
    evidence: `${node} counts ${counted}`,
    doNext: "Bring the missing members back.",
  };
}

/** Each of these members is online, in the eyes of this node. */
export function membersOnline(
  node: string,
  facts: MembershipFacts,
  members: readonly string[],
): Condition {
  const offline = members.filter((name) => facts.members[name]?.online !== true);
  const who = offline.join(", ");
  return {
    ...about(node, "members", "members"),
    met: offline.length === 0,
    value: offline.length === 0 ? `all of ${members.length} online` : `offline: ${who}`,
    evidence: `${who} ${offline.length === 1 ? "is" : "are"} not online`,
    doNext: "Switch the missing members on, or look at their corosync links.",
  };
}

/** Every link is connected to every member that is online. One that is about to be removed may be broken. */
export function linksUp(
  node: string,
  { linksDown }: MembershipFacts,
  { count, leaving }: { readonly count?: number; readonly leaving?: number } = {},
): Condition {
  const down = linksDown.filter((link) => leaving === undefined || !ofLink(leaving, link));
  return {
    ...about(node, "links", "corosync links"),
    met: down.length === 0,
    value:
      down.length === 0
        ? `all${count === undefined ? "" : ` of ${count}`} connected to every member`
        : `not connected: ${down.join(", ")}`,
    evidence: `${node} has links down: ${down.join(", ")}`,
    doNext: "Check the network of the link between these two nodes.",
  };
}

/** Whether a link as corosync tells of it ("link 1 to node 3 (…)") has this number. */
export const ofLink = (link: number, told: string): boolean => told.startsWith(`link ${link} `);

export function writable(node: string, { etcPveWritable }: MembershipFacts): Condition {
  return {
    ...about(node, "writable", "writing to /etc/pve"),
    met: etcPveWritable,
    value: etcPveWritable ? "possible" : "not possible",
    evidence: `${node} cannot write /etc/pve`,
    doNext: "It takes quorum and some seconds; then look at `journalctl -u pve-cluster` there.",
  };
}

/** These services are active, as systemd says. */
export function services(
  node: string,
  states: Readonly<Record<string, string>>,
  wanted: readonly string[],
): Condition {
  const down = wanted.filter((name) => states[name] !== "active");
  const told = down.map((name) => `${name} ${states[name] || "unknown"}`).join(", ");
  return {
    ...about(node, "service", "services"),
    met: down.length === 0,
    value: down.length === 0 ? `all of ${wanted.length} active` : told,
    evidence: `${node} lacks services: ${told}`,
    doNext: `Look at \`journalctl -u ${down[0] ?? "pve-cluster"}\` on the node.`,
  };
}

/** The cluster's corosync.conf and the copy that corosync reads are of the version that is wanted. */
export function version(
  node: string,
  { conf, localConf }: MembershipFacts,
  wanted = conf?.configVersion,
): Condition {
  const [shared, local] = [conf?.configVersion, localConf?.configVersion];
  const value = `config_version ${shared ?? "none"}, ${local ?? "none"} in corosync's copy`;
  const runs = shared === wanted ? local : shared;
  return {
    ...about(node, "version", "corosync.conf"),
    met: shared === wanted && local === wanted,
    value,
    evidence: `${node} still runs configuration ${runs ?? "none"} instead of ${wanted ?? "none"} (${value})`,
    doNext:
      "Check that pve-cluster runs there and the node has quorum; the copy follows by itself.",
  };
}

/** A full member of a healthy cluster, whoever else there is: all votes count, a QDevice's too. */
export function healthyMember(node: string, facts: MembershipFacts): Condition[] {
  const members = (facts.conf?.nodes ?? []).map(({ name }) => name);
  return [
    readable(node, facts),
    quorum(node, facts),
    allVotes(node, facts),
    membersOnline(node, facts, members),
    ...working(node, facts),
  ];
}

/** A full member of a cluster that is being formed: these members are online for certain, and the votes of nodes suffice. */
export function formedMember(
  node: string,
  facts: MembershipFacts,
  wish: {
    readonly cluster: string;
    readonly members: readonly string[];
    /** By default all of the configuration: later nodes of the file may be members already. */
    readonly votes?: number;
  },
): Condition[] {
  const all = sum((facts.conf?.nodes ?? []).map(({ votes }) => votes));
  return [
    readable(node, facts),
    inCluster(node, facts, wish.cluster),
    quorum(node, facts),
    votesOfNodes(node, facts, wish.votes ?? all),
    membersOnline(node, facts, wish.members),
    ...working(node, facts),
  ];
}

const working = (node: string, facts: MembershipFacts): Condition[] => [
  linksUp(node, facts),
  writable(node, facts),
  services(node, facts.services, ["pveproxy"]),
  version(node, facts),
];

const about = (node: string, name: ConditionName, title: string) => ({ node, name, title });
