import ipaddr from "ipaddr.js";
import { list } from "../findings/enumeration.js";
import { type CodeTable, type Draft, drafter, type Path } from "../findings/finding.js";
import { canonical, contains, familyOf, networkOf, prefixLength } from "../plan/address.js";
import { MANAGEMENT } from "../plan/nodes.js";
import { carriesHosts, type Facts, prefixesOf } from "./facts.js";

export const prefixCodes = {
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
} as const satisfies CodeTable;
const draft = drafter(prefixCodes);

/** Addresses that their network cannot hold. */
export function prefixDrafts(facts: Facts): Draft[] {
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
