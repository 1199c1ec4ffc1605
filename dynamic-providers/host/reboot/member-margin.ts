import type { MembershipFacts } from "../../membership/facts.js";

/** Why a cluster cannot do without one of its members for a while, in words; empty when it can. */
export function againstLosing(node: string, facts: MembershipFacts): string[] {
  if (!facts.quorate) {
    return [`${node} sees no quorum`];
  }
  const nodes = facts.conf?.nodes ?? [];
  const offline = nodes
    .map(({ name }) => name)
    .filter((name) => name !== node && facts.members[name]?.online !== true);
  const own = nodes.find(({ name }) => name === node)?.votes ?? 1;
  const needed = Math.floor(facts.expectedVotes / 2) + 1;
  const left = facts.totalVotes - own;
  return [
    ...(offline.length === 0
      ? []
      : [`${offline.join(", ")} ${offline.length === 1 ? "is" : "are"} not online`]),
    ...(facts.linksDown.length === 0 ? [] : [`links are down: ${facts.linksDown.join(", ")}`]),
    ...(left >= needed
      ? []
      : [
          `without ${node} ${left} of ${facts.expectedVotes} votes would be left, and quorum takes ${needed}`,
        ]),
  ];
}
