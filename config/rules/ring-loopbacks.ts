import { type CodeTable, type Draft, drafter } from "../findings/finding.js";
import { contains, hostInNetwork } from "../plan/address.js";
import type { Facts, Network } from "./facts.js";

export const loopbackCodes = {
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
} as const satisfies CodeTable;
const draft = drafter(loopbackCodes);

/** Each node of a ring has one address of its own on lo, and no prefix is connected to its ports. */
export function loopbackDrafts(facts: Facts, name: string, network: Network): Draft[] {
  return [...connected(name, network), ...loopbacks(facts, name, network)];
}

/** Loopbacks of a network that is no ring. */
export function strayLoopbackDrafts(name: string, network: Network): Draft[] {
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
