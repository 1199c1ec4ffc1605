import { contains, networkOf, prefixLength } from "../plan/address.js";

export interface SpecialNetwork {
  readonly prefix: string;
  readonly meaning: string;
}

/**
 * Of IANA's registries of special-purpose addresses, those in which no machine of a cluster can be reached. Private and
 * shared ranges, benchmarking and IPv4 link-local (the loopbacks of a ring may be there) are left out on purpose.
 */
const SPECIAL_NETWORKS: readonly SpecialNetwork[] = [
  { prefix: "0.0.0.0/8", meaning: "this network, no host of it" },
  { prefix: "127.0.0.0/8", meaning: "loopback: every host means itself" },
  { prefix: "192.0.0.0/24", meaning: "protocol assignments" },
  { prefix: "192.0.2.0/24", meaning: "documentation" },
  { prefix: "192.88.99.0/24", meaning: "relays of 6to4, given up" },
  { prefix: "198.51.100.0/24", meaning: "documentation" },
  { prefix: "203.0.113.0/24", meaning: "documentation" },
  { prefix: "224.0.0.0/4", meaning: "multicast: groups, not machines" },
  { prefix: "240.0.0.0/4", meaning: "reserved, and broadcast" },
  { prefix: "::/128", meaning: "no address" },
  { prefix: "::1/128", meaning: "loopback: every host means itself" },
  { prefix: "::ffff:0:0/96", meaning: "IPv4 written as IPv6" },
  { prefix: "100::/64", meaning: "a hole that discards everything" },
  { prefix: "2001::/23", meaning: "protocol assignments" },
  { prefix: "2001:db8::/32", meaning: "documentation" },
  { prefix: "2002::/16", meaning: "6to4, given up" },
  { prefix: "3fff::/20", meaning: "documentation" },
  { prefix: "5f00::/16", meaning: "segment routing" },
  { prefix: "fe80::/10", meaning: "link-local: it needs the name of an interface beside it" },
  { prefix: "ff00::/8", meaning: "multicast: groups, not machines" },
];

/** The special network that an address lies in. */
export function specialOf(address: string): SpecialNetwork | undefined {
  return SPECIAL_NETWORKS.find(({ prefix }) => contains(prefix, address));
}

/** The special network that a network lies in, or that lies in it. */
export function specialWithin(cidr: string): SpecialNetwork | undefined {
  return SPECIAL_NETWORKS.find(({ prefix }) => overlap(prefix, cidr));
}

/** Whether two prefixes share addresses. */
export function overlap(a: string, b: string): boolean {
  const [wide, narrow] = prefixLength(a) <= prefixLength(b) ? [a, b] : [b, a];
  return contains(networkOf(wide), networkOf(narrow).split("/")[0] ?? "");
}
