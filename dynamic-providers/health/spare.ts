import { type Margin, onceGone, sum, type Votes, whileAway } from "../../config/plan/votes.js";
import type { CorosyncNode } from "../membership/corosync-conf.js";
import type { MembershipFacts } from "../membership/facts.js";
import type { CountedVotes } from "../membership/votes.js";
import type { Condition } from "./condition.js";
import { linksUp, membersOnline, quorum } from "./member.js";

/** Whether a healthy cluster can do without one of its members for some minutes. */
export function spareForRestart(node: string, facts: MembershipFacts): Condition[] {
  const hasQuorum = quorum(node, facts);
  if (!hasQuorum.met) {
    // Without quorum a node knows nothing of the others.
    return [hasQuorum];
  }
  const others = (facts.conf?.nodes ?? []).map(({ name }) => name).filter((name) => name !== node);
  return [
    membersOnline(node, facts, others),
    linksUp(node, facts),
    spare(node, whileAway(facts.votes, facts.votes.own)),
  ];
}

/** Whether the others keep quorum while a member is off, in the eyes of one of them. */
export function spareWhileOff(node: string, { conf, votes }: MembershipFacts): Condition {
  const own = conf?.nodes.find(({ name }) => name === node)?.votes ?? 1;
  return spare(node, whileAway(votes, own));
}

/**
 * Whether a cluster can bear that a member falls out for some seconds, behind a guard that brings it back. It is less than a restart
 * takes: a cluster that is complete bears it whatever its size, for a pair could never change its network otherwise, and one without
 * quorum has none to lose.
 */
export function spareForMoment(node: string, votes: CountedVotes): Condition {
  const margin = whileAway(votes, votes.own);
  const complete = votes.present === votes.expected;
  return spare(node, { ...margin, borne: !votes.quorate || complete || margin.borne });
}

/** Whether the others keep quorum when a member leaves for good and nobody expects its votes any more. */
export function spareForGood(leaving: CorosyncNode, rest: MembershipFacts): Condition {
  const all = rest.conf?.nodes ?? [];
  const online = all.filter(
    ({ name }) => name !== leaving.name && rest.members[name]?.online === true,
  );
  const votes: Votes = { expected: sum(votesOf(all)), present: sum(votesOf(online)) };
  return spare(leaving.name, onceGone(votes, leaving.votes));
}

const votesOf = (nodes: readonly CorosyncNode[]): number[] => nodes.map(({ votes }) => votes);

function spare(node: string, { left, needed, expected, borne }: Margin): Condition {
  const value = `${left} of ${expected} votes would be left, and quorum takes ${needed}`;
  return {
    name: "spare",
    node,
    met: borne,
    title: `votes without ${node}`,
    value,
    evidence: `without ${node} ${value}`,
    doNext: "Bring the missing members back.",
  };
}
