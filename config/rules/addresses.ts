import { list } from "../findings/enumeration.js";
import { type CodeTable, type Draft, drafter } from "../findings/finding.js";
import { MANAGEMENT } from "../plan/nodes.js";
import { ownerCodes, ownerDrafts } from "./address-owners.js";
import { prefixCodes, prefixDrafts } from "./address-prefixes.js";
import { carriesHosts, type Facts } from "./facts.js";
import type { RuleSet } from "./rule.js";

const codes = {
  ...ownerCodes,
  ...prefixCodes,
  "address/unknown-network": {
    severity: "error",
    about: "A node has an address for a network that `networks` does not declare.",
  },
  "address/missing": {
    severity: "error",
    about:
      "A node has no address in a network that corosync, Ceph, migration or the whole cluster needs on every node.",
  },
  "address/management-twice": {
    severity: "error",
    about:
      "The management address stands in `address`; a second one under `addresses` would contradict it.",
  },
  "address/node-id": { severity: "error", about: "Two nodes have one corosync node id." },
} as const satisfies CodeTable;
const draft = drafter(codes);

function check(facts: Facts): Draft[] {
  return [
    ...ownerDrafts(facts),
    ...prefixDrafts(facts),
    ...unknownNetworks(facts),
    ...missing(facts),
    ...nodeIds(facts),
  ];
}

function unknownNetworks({ spec }: Facts): Draft[] {
  return Object.entries(spec.nodes).flatMap(([name, node]) =>
    Object.keys(node.addresses).flatMap((network) => {
      const path = ["nodes", name, "addresses", network];
      if (network === MANAGEMENT) {
        return [
          draft(
            "address/management-twice",
            path,
            `${name} has its management address in \`address\` already.`,
            `Remove \`${MANAGEMENT}\` from \`addresses\`.`,
            { atKey: true },
          ),
        ];
      }
      return spec.networks[network] === undefined
        ? [
            draft(
              "address/unknown-network",
              path,
              `There is no network ${network}.`,
              `Declare it under \`networks\`, or use one of ${list(Object.keys(spec.networks))}.`,
              { atKey: true },
            ),
          ]
        : [];
    }),
  );
}

function missing(facts: Facts): Draft[] {
  const { spec } = facts;
  const users = new Map<string, string[]>();
  const needs = (network: string | undefined, user: string) => {
    if (network !== undefined) {
      users.set(network, [...(users.get(network) ?? []), user]);
    }
  };
  for (const { network } of facts.links) {
    needs(network, "corosync");
  }
  needs(spec.datacenter.migrationNetwork, "migration");
  needs(spec.ceph?.publicNetwork, "Ceph");
  needs(spec.ceph?.clusterNetwork, "Ceph's replication");
  return [...users].flatMap(([network, what]) => {
    const declared = spec.networks[network];
    if (declared === undefined) {
      return [];
    }
    if (!carriesHosts(declared)) {
      return [
        draft(
          "address/missing",
          ["networks", network],
          `${list([...new Set(what)])} uses network ${network}, in which the hosts have no addresses.`,
          `Add \`cidr\` to networks.${network} and an address at each node.`,
        ),
      ];
    }
    return facts.nodes
      .filter((node) => node.addresses[network] === undefined)
      .map((node) =>
        draft(
          "address/missing",
          ["nodes", node.name],
          `${node.name} has no address in network ${network}, which ${list([...new Set(what)])} needs on every node.`,
          `Add \`addresses: {${network}: …}\` to ${node.name}.`,
        ),
      );
  });
}

function nodeIds({ spec }: Facts): Draft[] {
  const first = new Map<number, string>();
  return Object.entries(spec.nodes).flatMap(([name, { id }]) => {
    const known = first.get(id);
    if (known === undefined) {
      first.set(id, name);
    }
    return known === undefined
      ? []
      : [
          draft(
            "address/node-id",
            ["nodes", name, "id"],
            `${name} and ${known} both have the node id ${id}.`,
            "Give each node its own id; the lowest one is the founder's.",
          ),
        ];
  });
}

export const addresses: RuleSet = { subject: "Addresses", codes, check };
