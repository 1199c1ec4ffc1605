import type { MembershipFacts } from "../membership/facts.js";
import type { Condition } from "./condition.js";

/** The cluster decides, in the eyes of this node; also said of the cluster as a whole. */
export function quorum(node: string, { quorate, votes }: MembershipFacts): Condition {
  const counted = `${votes.present} of ${votes.expected} votes`;
  return {
    name: "quorum",
    node,
    met: quorate,
    title: "quorum",
    value: `${quorate ? "quorate" : "not quorate"}, ${counted}`,
    evidence: `${node} has no quorum (${counted})`,
    doNext:
      "Bring the missing members back, or look at the corosync links; until then /etc/pve is read-only.",
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
    name: "members",
    node,
    met: offline.length === 0,
    title: "members",
    value: offline.length === 0 ? `all of ${members.length} online` : `offline: ${who}`,
    evidence: `${who} ${offline.length === 1 ? "is" : "are"} not online`,
    doNext: "Switch the missing members on, or look at their corosync links.",
  };
}

/** Every link is connected to every member that is online. */
export function linksUp(node: string, { linksDown }: MembershipFacts): Condition {
  const down = linksDown.join(", ");
  return {
    name: "links",
    node,
    met: linksDown.length === 0,
    title: "corosync links",
    value: down === "" ? "all connected to every member" : `not connected: ${down}`,
    evidence: `${node} has links down: ${down}`,
    doNext: "Check the network of the link between these two nodes.",
  };
}
