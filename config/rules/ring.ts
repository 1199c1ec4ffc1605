import { list } from "../findings/enumeration.js";
import { type CodeTable, type Draft, drafter } from "../findings/finding.js";
import { planRings } from "../plan/ring.js";
import type { Facts, Network } from "./facts.js";
import { cablingCodes, cablingDrafts } from "./ring-cabling.js";
import { loopbackCodes, loopbackDrafts, strayLoopbackDrafts } from "./ring-loopbacks.js";
import { ownerDrafts, protocolDrafts, routingCodes } from "./ring-routing.js";
import type { RuleSet } from "./rule.js";

const codes = {
  ...cablingCodes,
  ...loopbackCodes,
  ...routingCodes,
  "ring/net-duplicate": {
    severity: "error",
    about:
      "OpenFabric identifies a node by its NET, made from the loopback. Two equal ones never become neighbours, and routes through a third node hide that.",
  },
  "ring/mtu-differs": {
    severity: "error",
    about:
      "With different MTUs on the two ends of a cable the neighbours never come up and traffic takes the long way.",
  },
  "ring/mtu-platform": {
    severity: "warning",
    about:
      "The MTU is larger than what the platform carries in one piece; a lost fragment costs the whole packet.",
  },
} as const satisfies CodeTable;
const draft = drafter(codes);

function check(facts: Facts): Draft[] {
  return [
    ...facts.networks.flatMap(([name, network]) =>
      network.thunderbolt === undefined
        ? strayLoopbackDrafts(name, network)
        : ringDrafts(facts, name, network),
    ),
    ...ownerDrafts(facts),
    ...cablingDrafts(facts),
  ];
}

function ringDrafts(facts: Facts, name: string, network: Network): Draft[] {
  return [
    ...loopbackDrafts(facts, name, network),
    ...protocolDrafts(facts, name, network),
    ...identities(facts, name, network),
    ...mtu(facts, name, network),
  ];
}

/** IPv4 loopbacks that differ make NETs that differ; with IPv6 alone only the last 48 bits count. */
function identities({ spec, nodes }: Facts, name: string, network: Network): Draft[] {
  const first = new Map<string, string>();
  const members = planRings(spec, nodes).find((one) => one.network === name)?.nodes ?? [];
  return members.flatMap((member) => {
    const known = first.get(member.net);
    if (known === undefined) {
      first.set(member.net, member.node);
      return [];
    }
    const other = members.find(({ node }) => node === known);
    return member.loopback4 === other?.loopback4 && member.loopback6 === other?.loopback6
      ? []
      : [
          draft(
            "ring/net-duplicate",
            ["nodes", member.node, "addresses", name],
            `${member.node} and ${known} would have the same OpenFabric identity ${member.net}: the last three groups of their addresses in ${network.loopbacks6 ?? name} are equal.`,
            "Give them addresses that differ in the last three groups, or add IPv4 `loopbacks`.",
          ),
        ];
  });
}

function mtu({ nodes }: Facts, name: string, network: Network): Draft[] {
  const platforms = new Map(nodes.map(({ hardware }) => [hardware.ringMtu, hardware.profile]));
  const smallest = Math.min(...platforms.keys());
  if (network.mtu === undefined) {
    return platforms.size < 2
      ? []
      : [
          draft(
            "ring/mtu-differs",
            ["networks", name],
            `The machines on the ring ${name} prefer different MTUs: ${list([...platforms].map(([value, profile]) => `${value} (${profile})`))}.`,
            `Write \`mtu: ${smallest}\` at the ring.`,
            { atKey: true },
          ),
        ];
  }
  return network.mtu > smallest && smallest > 1500
    ? [
        draft(
          "ring/mtu-platform",
          ["networks", name, "mtu"],
          `MTU ${network.mtu} is more than the ${smallest} of ${platforms.get(smallest)} machines.`,
          `Write \`mtu: ${smallest}\`.`,
        ),
      ]
    : [];
}

export const ring: RuleSet = { subject: "Thunderbolt ring", codes, check };
