import { type CodeTable, type Draft, drafter } from "../findings/finding.js";
import { list } from "../findings/words.js";
import { contains, hostInNetwork, isLinkLocal } from "../plan/address.js";
import { planRings } from "../plan/ring.js";
import type { Facts, Network } from "./facts.js";
import { cablingCodes, cablingDrafts } from "./ring-cabling.js";
import type { RuleSet } from "./rule.js";

const codes = {
  ...cablingCodes,
  "ring/connected-prefix": {
    severity: "error",
    about:
      "A prefix such as /24 on both ports of a ring gives the kernel two routes to one network, of which it only ever uses the first: no pair of nodes can talk. Each node has one /32 on lo, and a routing protocol finds the way.",
  },
  "ring/no-loopbacks": {
    severity: "error",
    about: "A ring has no addresses without `loopbacks` or `loopbacks6`.",
  },
  "ring/loopbacks-too-small": {
    severity: "error",
    about: "The range of loopbacks has fewer addresses than there are nodes (or node ids).",
  },
  "ring/loopbacks-without-ring": {
    severity: "error",
    about: "Loopbacks belong to a routed ring; other networks have a `cidr`.",
  },
  "ring/unassigned-range": {
    severity: "warning",
    about: "Private IPv6 networks come from fd00::/8. The other half, fc00::/8, is not assigned.",
  },
  "ring/link-local-openfabric": {
    severity: "error",
    about:
      "FRR of Proxmox VE 8 leaves link-local loopbacks out of OpenFabric without a word, so no node would reach another.",
  },
  "ring/link-local-fabric": {
    severity: "error",
    about:
      "An SDN fabric sets the loopback as source of its routes, and FRR refuses that for link-local addresses.",
  },
  "ring/fabric-on-8": { severity: "error", about: "SDN fabrics exist from Proxmox VE 9 on." },
  "ring/fabric-protocol": {
    severity: "error",
    about: "SDN fabrics speak OpenFabric, or OSPF for IPv4.",
  },
  "ring/fabric-name": {
    severity: "error",
    about:
      "The name of a ring is the id of its SDN fabric: two to eight letters, digits or dashes.",
  },
  "ring/fabric-link": {
    severity: "error",
    about:
      "A fabric can be made only in a formed cluster, and a joining node must have the addresses of all corosync links; so no link runs over a fabric.",
  },
  "ring/two-owners": {
    severity: "error",
    about:
      "SDN rewrites FRR's whole configuration and switches hand-made OpenFabric and OSPF off, so there is one owner for all rings.",
  },
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

const FABRIC_ID = /^[A-Za-z0-9][A-Za-z0-9-]{0,6}[A-Za-z0-9]$/;

function check(facts: Facts): Draft[] {
  return [
    ...facts.networks.flatMap(([name, network]) =>
      network.thunderbolt === undefined ? stray(name, network) : ringDrafts(facts, name, network),
    ),
    ...owners(facts),
    ...links(facts),
    ...cablingDrafts(facts),
  ];
}

function stray(name: string, network: Network): Draft[] {
  return (["loopbacks", "loopbacks6"] as const).flatMap((key) =>
    network[key] === undefined
      ? []
      : [
          draft(
            "ring/loopbacks-without-ring",
            ["networks", name, key],
            `Network ${name} has loopbacks and is no ring.`,
            `Add \`thunderbolt: {}\`, or write \`${key === "loopbacks" ? "cidr" : "cidr6"}\` instead.`,
          ),
        ],
  );
}

function ringDrafts(facts: Facts, name: string, network: Network): Draft[] {
  return [
    ...connected(name, network),
    ...loopbacks(facts, name, network),
    ...protocol(facts, name, network),
    ...identities(facts, name, network),
    ...mtu(facts, name, network),
  ];
}

function connected(name: string, network: Network): Draft[] {
  const keys = (["cidr", "cidr6", "gateway", "gateway6", "on", "vlan"] as const).filter(
    (key) => network[key] !== undefined,
  );
  return keys.map((key) =>
    draft(
      "ring/connected-prefix",
      ["networks", name, key],
      key.startsWith("cidr")
        ? `The ring ${name} has the connected prefix ${network[key]}: on two ports at once it reaches nobody.`
        : `The ring ${name} has \`${key}\`, which belongs to a switched network.`,
      key.startsWith("cidr")
        ? `Write \`${key === "cidr" ? "loopbacks" : "loopbacks6"}: ${network[key]}\`; each node then gets one address of it as /32 (or /128) on lo, and a routing protocol runs on both ports.`
        : `Remove \`${key}\`; the ports stand under \`thunderbolt\`.`,
    ),
  );
}

function loopbacks({ spec, nodes }: Facts, name: string, network: Network): Draft[] {
  const ranges = (["loopbacks", "loopbacks6"] as const).flatMap((key) => {
    const prefix = network[key];
    return prefix === undefined ? [] : [{ key, prefix }];
  });
  if (ranges.length === 0) {
    return [
      draft(
        "ring/no-loopbacks",
        ["networks", name],
        `The ring ${name} has no loopback addresses.`,
        "Add `loopbacks: 10.255.255.0/24` (and `loopbacks6: fd00:255::/64`); each node gets one of them.",
        { atKey: true },
      ),
    ];
  }
  const derived = nodes.filter((node) => spec.nodes[node.name]?.addresses[name] === undefined);
  return ranges.flatMap(({ key, prefix }) => [
    ...(derived.every(({ id }) => hasHost(prefix, id))
      ? []
      : [
          draft(
            "ring/loopbacks-too-small",
            ["networks", name, key],
            `${prefix} has no address for every node id up to ${Math.max(...derived.map(({ id }) => id))}.`,
            "Write a wider prefix, or give the nodes addresses of their own.",
          ),
        ]),
    ...(key === "loopbacks6" && contains("fc00::/8", prefix.split("/")[0] ?? "")
      ? [
          draft(
            "ring/unassigned-range",
            ["networks", name, key],
            `${prefix} lies in fc00::/8, which nobody may assign.`,
            "Use a private prefix of fd00::/8, for example fd00:255::/64.",
          ),
        ]
      : []),
  ]);
}

function hasHost(prefix: string, id: number): boolean {
  try {
    return contains(prefix, hostInNetwork(prefix, id));
  } catch (error) {
    if (error instanceof RangeError) {
      return false;
    }
    throw error;
  }
}

function protocol({ spec }: Facts, name: string, network: Network): Draft[] {
  const ring = network.thunderbolt;
  const local = network.loopbacks !== undefined && isLinkLocal(network.loopbacks);
  const path = ["networks", name, "thunderbolt"];
  const findings: Draft[] = [];
  if (spec.proxmox.major === 8 && ring?.protocol === "openfabric" && local) {
    findings.push(
      draft(
        "ring/link-local-openfabric",
        [...path, "protocol"],
        `On Proxmox VE 8 OpenFabric does not announce the link-local loopbacks ${network.loopbacks}.`,
        "Write `protocol: ospf` (or leave `protocol` out), or use loopbacks such as 10.255.255.0/24.",
      ),
    );
  }
  if (ring?.owner !== "sdn-fabric") {
    return findings;
  }
  const owner = [...path, "owner"];
  if (spec.proxmox.major === 8) {
    findings.push(
      draft("ring/fabric-on-8", owner, "Proxmox VE 8 has no SDN fabrics.", "Write `owner: frr`."),
    );
  }
  if (local) {
    findings.push(
      draft(
        "ring/link-local-fabric",
        owner,
        `An SDN fabric cannot use the link-local loopbacks ${network.loopbacks}.`,
        "Write `owner: frr`, or use loopbacks such as 10.255.255.0/24.",
      ),
    );
  }
  if (!FABRIC_ID.test(name)) {
    findings.push(
      draft(
        "ring/fabric-name",
        ["networks", name],
        `A fabric cannot be called ${name}.`,
        "Give the network a name of two to eight letters, digits or dashes, such as `ring`.",
        { atKey: true },
      ),
    );
  }
  if (ring.protocol === "bgp" || (ring.protocol === "ospf" && network.loopbacks6 !== undefined)) {
    findings.push(
      draft(
        "ring/fabric-protocol",
        [...path, "protocol"],
        ring.protocol === "bgp"
          ? "The program makes no BGP fabrics."
          : "An OSPF fabric has no IPv6.",
        "Write `protocol: openfabric`, or `owner: frr`.",
      ),
    );
  }
  return findings;
}

/** The fabric comes after the cluster, so the cluster cannot begin on it. */
function links({ links: all, rings }: Facts): Draft[] {
  const fabrics = rings.flatMap(([name, network]) =>
    network.thunderbolt?.owner === "sdn-fabric" ? [name] : [],
  );
  return all
    .filter(({ network }) => fabrics.includes(network))
    .map(({ network, path }) =>
      draft(
        "ring/fabric-link",
        path,
        `The corosync link over ${network} would need a fabric before there is a cluster.`,
        "Write `owner: frr` at the ring, or another network for this link.",
      ),
    );
}

function owners({ rings }: Facts): Draft[] {
  const [first, ...others] = rings;
  const owner = first?.[1].thunderbolt?.owner;
  return others
    .filter(([, network]) => network.thunderbolt?.owner !== owner)
    .map(([name]) =>
      draft(
        "ring/two-owners",
        ["networks", name, "thunderbolt", "owner"],
        `${name} and ${first?.[0]} have different owners of FRR's configuration.`,
        "Write the same `owner` for every ring: `frr` or `sdn-fabric`.",
      ),
    );
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
