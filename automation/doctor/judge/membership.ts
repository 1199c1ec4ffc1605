import { quorum, readable } from "../../../dynamic-providers/health/member.js";
import { type DoctorFinding, findingOf } from "../finding.js";
import type { NodeFacts } from "../node-facts.js";
import { findingsOf } from "./conditions.js";
import { hasToJoin, isMember, type JudgeContext } from "./context.js";

/** What is in the way of this node's membership. */
export function judgeMembership(context: JudgeContext, facts: NodeFacts): DoctorFinding[] {
  const { plan } = context;
  const { node, membership } = facts;
  const { conf } = membership;
  if (membership.unread !== undefined) {
    return findingsOf([readable(node, membership)]);
  }
  if (conf !== undefined && !isMember(plan, facts)) {
    return [
      findingOf(
        node,
        "error",
        "cluster/foreign",
        `the node is a member of the cluster ${conf.clusterName}, not ${plan.name}`,
        "Remove it from that cluster first, or correct `name` in the stack file.",
      ),
    ];
  }
  if (conf !== undefined) {
    return findingsOf([quorum(node, membership)]);
  }
  return [
    ...leftovers(plan.name, facts),
    ...ports(context, facts),
    ...(hasToJoin(context, facts) ? losses(facts) : []),
  ];
}

function leftovers(cluster: string, { node, membership }: NodeFacts): DoctorFinding[] {
  const { localConf, authKeyPresent } = membership;
  if (localConf === undefined && !authKeyPresent) {
    return [];
  }
  const own = localConf === undefined || localConf.clusterName === cluster;
  const of = localConf === undefined ? "" : ` of the cluster ${localConf.clusterName}`;
  return [
    findingOf(
      node,
      own ? "warning" : "error",
      "cluster/leftovers",
      `/etc/corosync holds files${of}, and the node is in no cluster`,
      own
        ? "Nothing: the next `up` cleans up what an interrupted join left behind."
        : "Reinstall the node, or remove its old cluster configuration as the manual describes.",
    ),
  ];
}

function ports({ plan }: JudgeContext, { node, udpPorts }: NodeFacts): DoctorFinding[] {
  return plan.corosync.links.flatMap(({ number, udpPort }) => {
    const taken = udpPorts.find(({ port }) => port === udpPort);
    return taken === undefined
      ? []
      : [
          findingOf(
            node,
            "error",
            "cluster/port-taken",
            `${taken.holder} holds UDP port ${udpPort}, which link ${number} of corosync needs`,
            "Stop that program: corosync's links use UDP 5405 and the ports behind it.",
          ),
        ];
  });
}

function losses({ node, membership }: NodeFacts): DoctorFinding[] {
  const { guests, ownConfiguration } = membership;
  return [
    ...(guests.length === 0
      ? []
      : [
          findingOf(
            node,
            "error",
            "cluster/guests",
            `guests ${guests.join(", ")}; joining replaces all of /etc/pve`,
            "Move these guests, or back them up and remove them.",
          ),
        ]),
    ...(ownConfiguration.length === 0
      ? []
      : [
          findingOf(
            node,
            "error",
            "cluster/would-lose",
            `joining throws this away: ${ownConfiguration.join("; ")}`,
            "Note what you need and remove it on the node; put storages that stay into the stack file.",
          ),
        ]),
  ];
}
