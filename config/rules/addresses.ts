import ipaddr from "ipaddr.js";
import { type CodeTable, type Draft, drafter, type Path } from "../findings/finding.js";
import { list } from "../findings/words.js";
import { canonical, contains, familyOf, networkOf, prefixLength } from "../plan/address.js";
import { MANAGEMENT } from "../plan/nodes.js";
import { carriesHosts, type Facts, prefixesOf } from "./facts.js";
import type { RuleSet } from "./rule.js";

const codes = {
  "address/duplicate": {
    severity: "error",
    about:
      "Two things would answer to one address: nodes, guests, gateways, controllers or machines of others.",
  },
  "address/outside-network": {
    severity: "error",
    about:
      "An address lies in no prefix of the network it is given for, so nothing there would reach it.",
  },
  "address/unusable": {
    severity: "error",
    about:
      "The first and the last address of an IPv4 network name the network itself and everybody in it.",
  },
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

interface Owned {
  readonly address: string;
  readonly owner: string;
  readonly path: Path;
  /** Machines outside the cluster may be listed in several places. */
  readonly foreign: boolean;
}

function check(facts: Facts): Draft[] {
  return [
    ...duplicates(facts),
    ...outside(facts),
    ...unknownNetworks(facts),
    ...missing(facts),
    ...nodeIds(facts),
  ];
}

function duplicates(facts: Facts): Draft[] {
  const first = new Map<string, Owned>();
  return addressBook(facts).flatMap((one) => {
    const key = canonical(one.address);
    const known = first.get(key);
    if (known === undefined) {
      first.set(key, one);
      return [];
    }
    return one.foreign && known.foreign
      ? []
      : [
          draft(
            "address/duplicate",
            one.path,
            `${one.address} is ${one.owner} and ${known.owner} at once.`,
            "Give each its own free address.",
          ),
        ];
  });
}

/** What belongs to others comes first, so that the finding points at what this file can change. */
function addressBook(facts: Facts): Owned[] {
  const { spec } = facts;
  const foreign = (address: string, owner: string, path: Path): Owned[] =>
    ipaddr.isValid(address) ? [{ address, owner, path, foreign: true }] : [];
  const own = (address: string, owner: string, path: Path): Owned => ({
    address,
    owner,
    path,
    foreign: false,
  });
  return [
    ...facts.networks.flatMap(([name, { gateway, gateway6, reserved }]) => [
      ...(gateway === undefined
        ? []
        : foreign(gateway, `the gateway of ${name}`, ["networks", name, "gateway"])),
      ...(gateway6 === undefined
        ? []
        : foreign(gateway6, `the gateway of ${name}`, ["networks", name, "gateway6"])),
      ...reserved.flatMap((one, index) =>
        foreign(one, `reserved in ${name}`, ["networks", name, "reserved", index]),
      ),
    ]),
    ...Object.entries(spec.storage).flatMap(([id, { nfs, cifs }]) =>
      foreign(nfs?.server ?? cifs?.server ?? "", `the server of storage ${id}`, ["storage", id]),
    ),
    ...foreign(spec.corosync.qdevice?.address ?? "", "the QDevice", [
      "corosync",
      "qdevice",
      "address",
    ]),
    ...Object.entries(spec.nodes).flatMap(([name, { fence }]) =>
      Object.entries(fence ?? {}).flatMap(([kind, device]) =>
        foreign(device?.address ?? "", `the ${kind} device of ${name}`, [
          "nodes",
          name,
          "fence",
          kind,
          "address",
        ]),
      ),
    ),
    ...facts.nodes.flatMap((node) =>
      Object.entries(node.addresses).flatMap(([network, families]) =>
        Object.values(families).map((address) =>
          own(
            address,
            `${node.name}'s address in ${network}`,
            network === MANAGEMENT
              ? ["nodes", node.name, "address"]
              : ["nodes", node.name, "addresses", network],
          ),
        ),
      ),
    ),
    ...Object.entries(spec.guests).flatMap(([name, { nics }]) =>
      nics.flatMap(({ address }, index) =>
        address === undefined
          ? []
          : [own(address, `guest ${name}'s address`, ["guests", name, "nics", index, "address"])],
      ),
    ),
    ...(["prometheus", "grafana"] as const).flatMap((name) => {
      const address = spec.monitoring?.[name]?.address;
      return address === undefined || !ipaddr.isValid(address)
        ? []
        : [own(address, `the address of ${name}`, ["monitoring", name, "address"])];
    }),
  ];
}

function outside(facts: Facts): Draft[] {
  const nodeAddresses = Object.entries(facts.spec.nodes).flatMap(([name, node]) => [
    { network: MANAGEMENT, address: node.address, path: ["nodes", name, "address"] },
    ...Object.entries(node.addresses).flatMap(([network, addresses]) =>
      addresses.map((address) => ({
        network,
        address,
        path: ["nodes", name, "addresses", network],
      })),
    ),
  ]);
  const others = facts.networks.flatMap(([name, network]) => [
    ...[network.gateway, network.gateway6].flatMap((address, index) =>
      address === undefined
        ? []
        : [
            {
              network: name,
              address,
              path: ["networks", name, index === 0 ? "gateway" : "gateway6"],
            },
          ],
    ),
    ...network.routes.map(({ via }, index) => ({
      network: name,
      address: via,
      path: ["networks", name, "routes", index, "via"],
    })),
  ]);
  const guests = Object.entries(facts.spec.guests).flatMap(([name, { nics }]) =>
    nics.flatMap(({ network, address }, index) =>
      address === undefined
        ? []
        : [{ network, address, path: ["guests", name, "nics", index, "address"] }],
    ),
  );
  return [...nodeAddresses, ...others, ...guests].flatMap((one) => misplaced(facts, one));
}

function misplaced(
  { spec }: Facts,
  { network, address, path }: { network: string; address: string; path: Path },
): Draft[] {
  const declared = spec.networks[network];
  const prefixes = (declared === undefined ? [] : prefixesOf(declared)).filter(
    (prefix) => familyOf(prefix.split("/")[0] ?? "") === familyOf(address),
  );
  if (declared === undefined || (prefixes.length === 0 && !carriesHosts(declared))) {
    return [];
  }
  if (!prefixes.some((prefix) => contains(prefix, address))) {
    return [
      draft(
        "address/outside-network",
        path,
        prefixes.length === 0
          ? `Network ${network} has no ${familyOf(address) === "ipv4" ? "IPv4" : "IPv6"} prefix for ${address}.`
          : `${address} is not in ${list(prefixes)}, the network ${network}.`,
        prefixes.length === 0
          ? `Add \`${declared.thunderbolt === undefined ? "cidr" : "loopbacks"}${familyOf(address) === "ipv4" ? "" : "6"}\` to networks.${network}, or remove the address.`
          : `Write an address of ${list(prefixes, "or")}, or correct the network.`,
      ),
    ];
  }
  return declared.thunderbolt === undefined ? unusable(prefixes, network, address, path) : [];
}

/** Loopbacks are single addresses, so a ring may use every one of its range. */
function unusable(
  prefixes: readonly string[],
  network: string,
  address: string,
  path: Path,
): Draft[] {
  const prefix = prefixes.find((one) => contains(one, address));
  if (prefix === undefined || familyOf(address) === "ipv6" || prefixLength(prefix) >= 31) {
    return [];
  }
  const ends = [
    networkOf(prefix).split("/")[0],
    ipaddr.IPv4.broadcastAddressFromCIDR(prefix).toString(),
  ];
  return ends.includes(canonical(address))
    ? [
        draft(
          "address/unusable",
          path,
          `${address} is the first or last address of ${prefix}, which no host can have.`,
          `Write an address between the two ends of ${network}.`,
        ),
      ]
    : [];
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
    const known = id === undefined ? undefined : first.get(id);
    if (id !== undefined && known === undefined) {
      first.set(id, name);
    }
    return known === undefined
      ? []
      : [
          draft(
            "address/node-id",
            ["nodes", name, "id"],
            `${name} and ${known} both have the node id ${id}.`,
            "Give each node its own id, or leave ids out to have them numbered in the order of the file.",
          ),
        ];
  });
}

export const addresses: RuleSet = { subject: "Addresses", codes, check };
